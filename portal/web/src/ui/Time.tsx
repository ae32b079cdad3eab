import { Tooltip } from '@mantine/core';
import { useEffect, useSyncExternalStore } from 'react';
import { exactTime, relativeTime } from '../format/time';

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 10_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** One clock for all relative times of the page; it ticks every ten seconds. */
function useNow(): number {
  useEffect(() => {
    now = Date.now();
  }, []);
  return useSyncExternalStore(subscribe, () => now);
}

/** A relative time with the exact one on hover and focus. */
export function Time({ at }: { at: string | number }) {
  const current = useNow();
  const date = new Date(at);
  const valid = !Number.isNaN(date.getTime());
  return (
    <Tooltip label={exactTime(at)}>
      <time dateTime={valid ? date.toISOString() : undefined} className="nowrap">
        {relativeTime(at, Math.max(current, Date.now() - 10_000))}
      </time>
    </Tooltip>
  );
}
