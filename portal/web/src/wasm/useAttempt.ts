import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

interface Attempt<T> {
  answer: T | null;
  error: unknown;
  pending: boolean;
  send: (act: (signal: AbortSignal) => Promise<T>) => void;
  cancel: () => void;
}

/** One attempt at a time: the last answer stays until the next one, and the app's figures are read anew after it. */
export function useAttempt<T>(of: string): Attempt<T> {
  const client = useQueryClient();
  const [state, setState] = useState<{ answer: T | null; error: unknown; pending: boolean }>({
    answer: null,
    error: null,
    pending: false,
  });
  const abort = useRef<AbortController>(null);
  useEffect(
    () => () => {
      abort.current?.abort();
    },
    [],
  );
  const send = (act: (signal: AbortSignal) => Promise<T>) => {
    abort.current?.abort();
    const own = new AbortController();
    abort.current = own;
    setState((old) => ({ ...old, error: null, pending: true }));
    act(own.signal)
      .then(
        (answer) => {
          if (abort.current === own) setState({ answer, error: null, pending: false });
        },
        (error: unknown) => {
          if (abort.current === own)
            setState({ answer: null, error: own.signal.aborted ? null : error, pending: false });
        },
      )
      .finally(() => {
        for (const key of ['app', 'event-triggers']) void client.invalidateQueries({ queryKey: [key, of] });
      });
  };
  return { ...state, send, cancel: () => abort.current?.abort() };
}
