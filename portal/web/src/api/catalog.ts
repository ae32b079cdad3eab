import { getJson, postJson, send, withParams } from './http';
import { ApiError } from './problem';
import { filterTexts, predicate, type Filters } from './predicate';
import type { Ancestry, Entity, FacetCount, QueryPage } from './types';
import { parseRef } from '../format/refs';

const ROOT = '/api/catalog';
const NAME = 'metadata.name';

/** What a row of the catalogue shows; keeps pages small. */
export const ROW_FIELDS = [
  'apiVersion',
  'kind',
  'metadata',
  'spec.type',
  'spec.lifecycle',
  'spec.owner',
  'spec.system',
  'spec.profile',
  'relations',
].join(',');

export interface Search {
  /** Alternatives: an entity that matches any of them is found. */
  filters: readonly Filters[];
  text: string;
  sort: { field: string; descending: boolean };
  limit: number;
}
/** Where the next page starts. Part 2 holds the entities that lack the sort field, which part 1 leaves out. */
export interface PagePosition {
  part: 1 | 2;
  cursor: string | null;
}
export interface SearchPage {
  items: Entity[];
  next: PagePosition | null;
}

export async function searchEntities(search: Search, at: PagePosition, signal?: AbortSignal): Promise<SearchPage> {
  const hasRest = search.sort.field !== NAME;
  const page = at.cursor
    ? await continued(at, search.limit, signal)
    : at.part === 1
      ? await first(search, signal)
      : await lacking(search, signal);
  const cursor = page.pageInfo.nextCursor ?? null;
  if (cursor) return { items: page.items, next: { part: at.part, cursor } };
  return { items: page.items, next: hasRest && at.part === 1 ? { part: 2, cursor: null } : null };
}

function first({ filters, text, sort, limit }: Search, signal?: AbortSignal): Promise<QueryPage> {
  return getJson(
    withParams(`${ROOT}/entities/by-query`, {
      filter: filterTexts(filters),
      fields: ROW_FIELDS,
      limit,
      orderField: `${sort.field},${sort.descending ? 'desc' : 'asc'}`,
      totalItems: 'exclude',
      fullTextFilterTerm: text,
      fullTextFilterFields: text ? TEXT_FIELDS.join(',') : null,
    }),
    signal,
  );
}

const TEXT_FIELDS = [
  'metadata.name',
  'metadata.title',
  'metadata.description',
  'spec.profile.displayName',
  'metadata.tags',
];

/** by-query leaves out what has no value in the sort field; a second query brings it, by name, after the rest. */
function lacking({ filters, text, sort, limit }: Search, signal?: AbortSignal): Promise<QueryPage> {
  return postJson(
    `${ROOT}/entities/by-query`,
    {
      query: { $all: [predicate(filters), { [sort.field]: { $exists: false } }] },
      orderBy: [{ field: NAME, order: 'asc' }],
      limit,
      fields: ROW_FIELDS.split(','),
      totalItems: 'exclude',
      ...(text ? { fullTextFilter: { term: text, fields: TEXT_FIELDS } } : {}),
    },
    signal,
  );
}

function continued({ part, cursor }: PagePosition, limit: number, signal?: AbortSignal): Promise<QueryPage> {
  if (part === 2) {
    return postJson(
      `${ROOT}/entities/by-query`,
      { cursor, limit, fields: ROW_FIELDS.split(','), totalItems: 'exclude' },
      signal,
    );
  }
  return getJson(
    withParams(`${ROOT}/entities/by-query`, { cursor, limit, fields: ROW_FIELDS, totalItems: 'exclude' }),
    signal,
  );
}

/** How many match, without reading them. */
export async function countEntities(filters: readonly Filters[], text: string, signal?: AbortSignal): Promise<number> {
  const page = await getJson<QueryPage>(
    withParams(`${ROOT}/entities/by-query`, {
      filter: filterTexts(filters),
      limit: 0,
      fullTextFilterTerm: text,
      fullTextFilterFields: text ? TEXT_FIELDS.join(',') : null,
    }),
    signal,
  );
  return page.totalItems;
}

/** A short list for pickers, the palette and small tables. */
export async function findEntities(
  filters: Filters,
  options: { text?: string; limit?: number; fields?: string; signal?: AbortSignal | undefined } = {},
): Promise<Entity[]> {
  const page = await getJson<QueryPage>(
    withParams(`${ROOT}/entities/by-query`, {
      filter: filterTexts([filters]),
      fields: options.fields ?? ROW_FIELDS,
      limit: options.limit ?? 50,
      orderField: `${NAME},asc`,
      totalItems: 'exclude',
      fullTextFilterTerm: options.text ?? null,
      fullTextFilterFields: options.text ? TEXT_FIELDS.join(',') : null,
    }),
    options.signal,
  );
  return page.items;
}

export async function facets(
  names: string[],
  filters: readonly Filters[],
  signal?: AbortSignal,
): Promise<Record<string, FacetCount[]>> {
  const answer = await getJson<{ facets: Record<string, FacetCount[]> }>(
    withParams(`${ROOT}/entity-facets`, { facet: names, filter: filterTexts(filters) }),
    signal,
  );
  return answer.facets;
}

function byName(ref: string): string {
  const { kind, namespace, name } = parseRef(ref);
  return `${ROOT}/entities/by-name/${encodeURIComponent(kind)}/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
}

export function getEntity(ref: string, signal?: AbortSignal): Promise<Entity> {
  return getJson(byName(ref), signal);
}

export function getAncestry(ref: string, signal?: AbortSignal): Promise<Ancestry> {
  return getJson(`${byName(ref)}/ancestry`, signal);
}

/** The entities behind the refs, in their order; `null` where the catalogue does not know one. */
export async function getEntities(refs: string[], signal?: AbortSignal): Promise<(Entity | null)[]> {
  if (refs.length === 0) return [];
  const body = { entityRefs: refs, fields: [...ROW_FIELDS.split(','), 'spec.definition'] };
  return (await postJson<{ items: (Entity | null)[] }>(`${ROOT}/entities/by-refs`, body, signal)).items;
}

export async function refreshEntity(ref: string): Promise<void> {
  await send(`${ROOT}/refresh`, { method: 'POST', body: { entityRef: ref } });
}

/** A place that descriptors are read from, as somebody registered it. */
export interface CatalogLocation {
  id: string;
  type: string;
  target: string;
}

/** The registered location an entity came from; `null` when it came from the configuration or from none. */
export async function locationOf(ref: string): Promise<CatalogLocation | null> {
  const { kind, namespace, name } = parseRef(ref);
  try {
    return await getJson<CatalogLocation>(
      `${ROOT}/locations/by-entity/${encodeURIComponent(kind)}/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
    );
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** How many entities go when a location does. */
export function countOfLocation({ type, target }: CatalogLocation): Promise<number> {
  return countEntities([{ 'metadata.annotations.backstage.io/managed-by-origin-location': [`${type}:${target}`] }], '');
}

export async function unregisterLocation(id: string): Promise<void> {
  await send(`${ROOT}/locations/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export async function registerLocation({ type, target }: Omit<CatalogLocation, 'id'>): Promise<void> {
  await postJson(`${ROOT}/locations`, { type, target });
}
