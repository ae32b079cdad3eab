import { useSyncExternalStore } from 'react';

/** How the portal stands with the server: what the top bar says. */
export interface Connection {
  state: 'connected' | 'live' | 'lost';
  /** Time of the next attempt, in milliseconds since 1970, while the connection is lost. */
  retryAt: number | null;
  lostSince: number | null;
}

type StreamState = 'open' | 'waiting';

const streams = new Map<object, { state: StreamState; retryAt: number | null }>();
const listeners = new Set<() => void>();
let unreachableSince: number | null = null;
let snapshot: Connection = { state: 'connected', retryAt: null, lostSince: null };

function publish(): void {
  const waiting = [...streams.values()].filter((s) => s.state === 'waiting');
  const lost = waiting.length > 0 || unreachableSince !== null;
  const retries = waiting.map((s) => s.retryAt).filter((at) => at !== null);
  const next: Connection = {
    state: lost ? 'lost' : streams.size > 0 ? 'live' : 'connected',
    retryAt: retries.length > 0 ? Math.min(...retries) : null,
    lostSince: lost ? (snapshot.lostSince ?? Date.now()) : null,
  };
  if (next.state === snapshot.state && next.retryAt === snapshot.retryAt && next.lostSince === snapshot.lostSince)
    return;
  snapshot = next;
  for (const listener of listeners) listener();
}

export const connection = {
  streamOpened(key: object): void {
    streams.set(key, { state: 'open', retryAt: null });
    unreachableSince = null;
    publish();
  },
  streamWaits(key: object, retryAt: number): void {
    streams.set(key, { state: 'waiting', retryAt });
    publish();
  },
  streamGone(key: object): void {
    streams.delete(key);
    publish();
  },
  answered(): void {
    if (unreachableSince === null) return;
    unreachableSince = null;
    publish();
  },
  unreachable(): void {
    unreachableSince ??= Date.now();
    publish();
  },
  current: (): Connection => snapshot,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export function useConnection(): Connection {
  return useSyncExternalStore(connection.subscribe, connection.current);
}
