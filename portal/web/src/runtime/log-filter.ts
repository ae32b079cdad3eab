import type { LogLine } from '../api/types';
import type { FilterOption } from '../ui/FilterButton';
import type { Line } from './LogViewer';

/** Stands in the URL for lines that belong to no component. */
export const APP = '-';

/** Lines of some sources and of some components; nothing chosen means all. */
export function chosenLines(lines: LogLine[], sources: readonly string[], components: readonly string[]): Line[] {
  const tagged = new Set(lines.flatMap((line) => line.component ?? [])).size > 1;
  return lines
    .filter((line) => sources.length === 0 || sources.includes(line.stream))
    .filter((line) => components.length === 0 || components.includes(line.component ?? APP))
    .map(({ id, at, text, stream, component }) => ({
      id,
      at,
      text,
      source: stream,
      ...(tagged && component ? { tag: component } : {}),
    }));
}

/** The components that have written, with how many lines of theirs are here; the app's own lines come last. */
export function componentOptions(lines: LogLine[]): FilterOption[] {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line.component ?? APP, (counts.get(line.component ?? APP) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => Number(a === APP) - Number(b === APP) || a.localeCompare(b))
    .map(([value, count]) => ({ value, label: value === APP ? 'The app itself' : value, count }));
}
