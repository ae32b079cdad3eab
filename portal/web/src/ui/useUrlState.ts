import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

export type UrlChange = Record<string, string | readonly string[] | null>;

/** Changes some parameters and leaves the others; null and empty remove a key. */
export function changeParams(params: URLSearchParams, change: UrlChange): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const [key, value] of Object.entries(change)) {
    next.delete(key);
    if (value === null || value === '') continue;
    if (typeof value === 'string') next.set(key, value);
    else for (const each of value) next.append(key, each);
  }
  return next;
}

/** The state of a page lives in its URL. Typing replaces the history entry, a choice may push one. */
export function useUrlState(): [URLSearchParams, (change: UrlChange, options?: { push?: boolean }) => void] {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (values: UrlChange, options: { push?: boolean } = {}) => {
      setParams((old) => changeParams(old, values), { replace: !options.push, preventScrollReset: true });
    },
    [setParams],
  );
  return [params, change];
}
