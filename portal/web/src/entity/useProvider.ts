import { useQueries } from '@tanstack/react-query';
import { entityRef, related } from '../api/entity';
import { getWorkload } from '../api/polder';
import { ApiError } from '../api/problem';
import type { Entity, Workload } from '../api/types';
import { shortRef } from '../format/refs';

const MOST = 10;

export interface Provider {
  /** Components that provide the API and serve in Polder. */
  running: Workload[];
  /** Why none does; null when one does, or while that is not known yet. */
  why: string | null;
}

/** Who of Polder answers for an API. */
export function useProvider(api: Entity): Provider {
  const refs = related(api, 'apiProvidedBy')
    .filter((ref) => ref.startsWith('component:'))
    .slice(0, MOST);
  const answers = useQueries({
    queries: refs.map((ref) => ({
      queryKey: ['provider', ref],
      queryFn: ({ signal }: { signal: AbortSignal }) => workloadOrNull(ref, signal),
      refetchInterval: 10_000,
    })),
  });
  const running = answers.flatMap(({ data }) => (data?.state === 'serving' ? [data] : []));
  if (running.length > 0 || answers.some((a) => a.isPending)) return { running, why: null };
  const failed = answers.find((a) => a.error)?.error;
  if (failed) return { running, why: `whether its component runs could not be read: ${failed.message}` };
  return {
    running,
    why: reason(
      entityRef(api),
      refs,
      answers.map((a) => a.data ?? null),
    ),
  };
}

async function workloadOrNull(ref: string, signal: AbortSignal): Promise<Workload | null> {
  try {
    return await getWorkload(ref, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** Why an API cannot be tried, in words that say what would have to be there. */
export function reason(api: string, refs: string[], workloads: (Workload | null)[]): string {
  if (refs.length === 0) return `no component names ${shortRef(api)} in its spec.providesApis`;
  return refs
    .map((ref, i) => {
      const workload = workloads[i];
      return workload
        ? `${shortRef(ref)} is ${workload.state}${workload.reason ? ` (${workload.reason})` : ''}`
        : `${shortRef(ref)} provides it and does not run in Polder`;
    })
    .join('; ');
}
