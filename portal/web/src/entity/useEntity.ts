import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getEntities, getEntity } from '../api/catalog';
import type { Entity } from '../api/types';

export function useEntity(ref: string) {
  return useQuery({
    queryKey: ['entity', ref],
    queryFn: ({ signal }) => getEntity(ref, signal),
    refetchInterval: 30_000,
  });
}

/** The entities behind some refs; a ref that leads nowhere is named in `missing`. */
export function useEntities(refs: string[]): { found: Entity[]; missing: string[]; pending: boolean; error: unknown } {
  const sorted = useMemo(() => [...new Set(refs)].sort(), [refs]);
  const query = useQuery({
    queryKey: ['entities', sorted],
    queryFn: ({ signal }) => getEntities(sorted, signal),
    enabled: sorted.length > 0,
  });
  return useMemo(
    () => ({
      found: (query.data ?? []).filter((e) => e !== null),
      missing: query.data ? sorted.filter((_, i) => query.data[i] === null) : [],
      pending: query.isPending && sorted.length > 0,
      error: query.error,
    }),
    [query.data, query.isPending, query.error, sorted],
  );
}
