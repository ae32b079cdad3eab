import { useCallback, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
const cache = new Map<string, { text: string | null; value: unknown }>();

window.addEventListener('storage', () => {
  for (const listener of listeners) listener();
});

function read<T>(key: string, initial: T): T {
  const text = localStorage.getItem(key);
  const known = cache.get(key);
  if (known?.text === text && known) return known.value as T;
  let value: unknown = initial;
  if (text !== null) {
    try {
      value = JSON.parse(text);
    } catch {
      // A preference that cannot be read is as good as none: it is replaced at the next change.
      value = initial;
    }
  }
  cache.set(key, { text, value });
  return value as T;
}

/** A preference kept in this browser and shared between its tabs. */
export function useStored<T>(name: string, initial: T): [T, (next: T | ((old: T) => T)) => void] {
  const key = `polder:${name}`;
  const value = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => read(key, initial),
  );
  const set = useCallback(
    (next: T | ((old: T) => T)) => {
      const result = typeof next === 'function' ? (next as (old: T) => T)(read(key, initial)) : next;
      localStorage.setItem(key, JSON.stringify(result));
      for (const listener of listeners) listener();
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the initial value is a constant of the caller
    [key],
  );
  return [value, set];
}
