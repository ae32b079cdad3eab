import { searchEntities, type PagePosition, type Search } from '../api/catalog';
import { entityRef } from '../api/entity';
import type { Entity } from '../api/types';
import { COLUMNS } from './columns';

const PAGE = 500;

/** Reads every match, page by page. */
export async function readAll(search: Omit<Search, 'limit'>, signal?: AbortSignal): Promise<Entity[]> {
  const all: Entity[] = [];
  let at: PagePosition | null = { part: 1, cursor: null };
  while (at) {
    const page: Awaited<ReturnType<typeof searchEntities>> = await searchEntities(
      { ...search, limit: PAGE },
      at,
      signal,
    );
    all.push(...page.items);
    at = page.next;
  }
  return all;
}

/** RFC 4180, with a guard: a cell that a spreadsheet would run as a formula starts with an apostrophe. */
export function toCsv(entities: Entity[]): string {
  const columns = COLUMNS.filter((c) => c.value);
  const lines = [
    ['ref', ...columns.map((c) => c.id)],
    ...entities.map((e) => [entityRef(e), ...columns.map((c) => String(c.value?.(e) ?? ''))]),
  ];
  return lines.map((line) => line.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

function csvCell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function download(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
