import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { countEntities, facets, searchEntities, type PagePosition } from '../api/catalog';
import type { FacetCount } from '../api/types';
import { shortRef } from '../format/refs';
import { useStars } from '../home/personal';
import { useOwnership } from '../shell/session';
import type { FilterOption } from '../ui/FilterButton';
import { alternatives, FILTERS, SORT_FIELDS, type FilterName, type View } from './view';

type Counts = Record<string, FacetCount[]>;

const PAGE = 100;
const FIRST: PagePosition = { part: 1, cursor: null };

/** Rows by pages, and apart from them the number of matches. Old rows stay until the new ones are there. */
export function useRows(view: View) {
  const { stars } = useStars();
  const { refs, pending } = useOwnership();
  const [text] = useDebouncedValue(view.text.trim(), 150);
  const sets = useMemo(() => alternatives(view, { owners: refs, stars }), [view, refs, stars]);
  const waiting = view.personal === 'owned' && pending;
  const sort = { field: SORT_FIELDS[view.sort.id] ?? 'metadata.name', descending: view.sort.descending };
  const rows = useInfiniteQuery({
    queryKey: ['catalog', 'rows', sets, text, sort],
    queryFn: ({ pageParam, signal }) =>
      sets ? searchEntities({ filters: sets, text, sort, limit: PAGE }, pageParam, signal) : { items: [], next: null },
    initialPageParam: FIRST,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    enabled: !waiting,
  });
  const total = useQuery({
    queryKey: ['catalog', 'count', sets, text],
    queryFn: ({ signal }) => (sets ? countEntities(sets, text, signal) : 0),
    placeholderData: keepPreviousData,
    enabled: !waiting,
  });
  const items = useMemo(() => rows.data?.pages.flatMap((page) => page.items) ?? [], [rows.data]);
  return { rows, items, total: total.data ?? null, sets, sort, text };
}

/** Counts of the kinds: every other filter holds, the kind does not. */
export function useKindCounts(view: View): FacetCount[] {
  const { stars } = useStars();
  const { refs } = useOwnership();
  const sets = alternatives(view, { owners: refs, stars }, { kind: true });
  const query = useQuery({
    queryKey: ['catalog', 'kinds', sets],
    queryFn: ({ signal }): Promise<Counts> => (sets ? facets(['kind'], sets, signal) : Promise.resolve({})),
    placeholderData: keepPreviousData,
  });
  return query.data?.['kind'] ?? [];
}

/** The values of one filter with counts. A filter does not count against itself, so more values can be added to it. */
export function useFilterOptions(view: View, name: FilterName): FilterOption[] {
  const { stars } = useStars();
  const { refs } = useOwnership();
  const field = FILTERS.find((f) => f.name === name)?.field ?? '';
  const sets = alternatives(view, { owners: refs, stars }, { filter: name });
  const query = useQuery({
    queryKey: ['catalog', 'facet', field, sets],
    queryFn: ({ signal }): Promise<Counts> => (sets ? facets([field], sets, signal) : Promise.resolve({})),
    placeholderData: keepPreviousData,
  });
  const values = query.data?.[field] ?? [];
  const relation = field.startsWith('relations.');
  return values
    .filter(({ value }) => field !== 'relations.partOf' || value.startsWith('system:'))
    .map(({ value, count }) => ({ value, label: relation ? shortRef(value) : value, count }));
}
