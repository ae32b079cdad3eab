import { useCallback, useSyncExternalStore } from 'react';
import { factsStreamUrl, getFacts } from '../api/polder';
import { openStream } from '../api/stream';
import type { Facts } from '../api/types';

/**
 * The four facts of every component now on the screen. Rows ask one by one; the questions of one moment are answered by
 * one call, and one stream keeps all of them fresh.
 */
const MOST = 200;
const known = new Map<string, Facts | null>();
const watched = new Map<string, Set<() => void>>();
let asked = new Set<string>();
let askTimer: ReturnType<typeof setTimeout> | undefined;
let streamTimer: ReturnType<typeof setTimeout> | undefined;
let streamed = '';
let closeStream: (() => void) | undefined;

function tell(ref: string): void {
  for (const listener of watched.get(ref) ?? []) listener();
}

async function ask(): Promise<void> {
  askTimer = undefined;
  const refs = [...asked];
  asked = new Set();
  for (let i = 0; i < refs.length; i += MOST) {
    const chunk = refs.slice(i, i + MOST);
    try {
      const answers = await getFacts(chunk);
      chunk.forEach((ref, j) => {
        known.set(ref, answers[j] ?? null);
        tell(ref);
      });
    } catch {
      // The connection state in the top bar tells of an outage; rows keep what they show and ask again when mounted.
    }
  }
}

function restream(): void {
  streamTimer = undefined;
  const refs = [...watched.keys()].sort().slice(0, MOST);
  const wanted = refs.join(' ');
  if (wanted === streamed) return;
  closeStream?.();
  closeStream = undefined;
  streamed = wanted;
  if (refs.length === 0) return;
  closeStream = openStream(() => factsStreamUrl(refs), {
    onEvent: (event) => {
      if (event.event !== 'facts') return undefined;
      const facts = JSON.parse(event.data) as Facts;
      known.set(facts.ref, facts);
      tell(facts.ref);
      return undefined;
    },
  });
}

function watch(ref: string, listener: () => void): () => void {
  const listeners = watched.get(ref) ?? new Set();
  listeners.add(listener);
  watched.set(ref, listeners);
  asked.add(ref);
  askTimer ??= setTimeout(() => void ask(), 20);
  streamTimer ??= setTimeout(restream, 600);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) watched.delete(ref);
    streamTimer ??= setTimeout(restream, 600);
  };
}

/** `undefined` while not yet known, `null` when the server knows no facts of it. */
export function useFacts(ref: string | null): Facts | null | undefined {
  const subscribe = useCallback((listener: () => void) => (ref ? watch(ref, listener) : () => undefined), [ref]);
  return useSyncExternalStore(subscribe, () => (ref ? known.get(ref) : null));
}
