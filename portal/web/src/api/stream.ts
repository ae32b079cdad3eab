import { useEffect, useRef, useState } from 'react';
import { connection } from './connection';
import { ApiError, toApiError } from './problem';
import { EventParser, type ServerEvent } from './sse';

export type StreamState = 'off' | 'connecting' | 'open' | 'waiting' | 'refused' | 'ended';

export interface StreamHandlers {
  /** One event; answering `end` closes the stream for good. */
  onEvent: (event: ServerEvent) => 'end' | undefined;
  onState?: (state: StreamState, error?: ApiError) => void;
  /** Goes on in the background: for what somebody waits for and sees in the title of the tab. */
  inBackground?: boolean;
}

const LONGEST_WAIT = 15_000;
/** Polder sends `ping` every 15 s; three missed pings mean that the connection is dead without having said so. */
const SILENCE = 50_000;
/** A page in the background keeps its streams for so long: a browser has six HTTP/1.1 connections for all tabs of a site. */
const BACKGROUND = 5_000;

/**
 * Keeps one stream of server-sent events open until closed: reconnects with growing pauses, rests while the page is in the
 * background, goes on when it is looked at again, and reports to the top bar. `url` is asked before each attempt, so that
 * it can carry a position.
 */
export function openStream(url: () => string, handlers: StreamHandlers): () => void {
  const key = {};
  let closed = false;
  let attempt = 0;
  let abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let rest: ReturnType<typeof setTimeout> | undefined;
  let resting = false;

  const state = (next: StreamState, error?: ApiError): void => handlers.onState?.(next, error);
  const finish = (last: StreamState, error?: ApiError): void => {
    closed = true;
    clearTimeout(timer);
    clearTimeout(rest);
    document.removeEventListener('visibilitychange', onVisibility);
    connection.streamGone(key);
    state(last, error);
    abort.abort();
  };
  const retry = (): void => {
    if (closed || resting) return;
    const wait = Math.min(LONGEST_WAIT, 500 * 2 ** attempt) * (0.8 + Math.random() * 0.4);
    attempt += 1;
    connection.streamWaits(key, Date.now() + wait);
    state('waiting');
    timer = setTimeout(() => void run(), wait);
  };
  const run = async (): Promise<void> => {
    if (closed) return;
    const own = new AbortController();
    abort = own;
    state('connecting');
    try {
      const response = await fetch(url(), {
        headers: { accept: 'text/event-stream' },
        signal: own.signal,
        credentials: 'same-origin',
      });
      if (!response.ok || !response.body) {
        const error = toApiError(`GET ${url()}`, response.status, await response.text());
        if (response.status >= 400 && response.status < 500 && response.status !== 429) finish('refused', error);
        else retry();
        return;
      }
      attempt = 0;
      connection.streamOpened(key);
      state('open');
      if ((await read(response.body, handlers.onEvent, own)) === 'end') finish('ended');
      else retry();
    } catch {
      // The reason does not matter here: whatever broke the stream, the answer is to try again, unless a newer
      // attempt has already taken over.
      if (abort === own) retry();
    }
  };
  const onVisibility = (): void => {
    clearTimeout(rest);
    if (document.visibilityState !== 'visible') {
      if (!handlers.inBackground) rest = setTimeout(pause, BACKGROUND);
      return;
    }
    // Timers of a hidden page are slowed down: try at once when it is looked at again.
    if (!resting && attempt === 0) return;
    clearTimeout(timer);
    resting = false;
    attempt = 0;
    const old = abort;
    void run();
    old.abort();
  };
  const pause = (): void => {
    resting = true;
    clearTimeout(timer);
    connection.streamGone(key);
    abort.abort();
  };
  document.addEventListener('visibilitychange', onVisibility);
  if (document.visibilityState === 'visible' || handlers.inBackground) void run();
  else resting = true;
  return () => {
    if (!closed) finish('off');
  };
}

async function read(
  body: ReadableStream<Uint8Array>,
  onEvent: StreamHandlers['onEvent'],
  abort: AbortController,
): Promise<'end' | 'closed'> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  let silence = setTimeout(() => {
    abort.abort();
  }, SILENCE);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'closed';
      clearTimeout(silence);
      silence = setTimeout(() => {
        abort.abort();
      }, SILENCE);
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        if (event.event !== 'ping' && onEvent(event) === 'end') return 'end';
      }
    }
  } finally {
    clearTimeout(silence);
  }
}

/**
 * Opens the stream while the component is mounted; `null` means no stream. Another `run` opens it anew.
 * `inBackground` as {@link StreamHandlers} has it.
 */
export function useStream(
  url: string | null,
  onEvent: StreamHandlers['onEvent'],
  position?: () => string,
  run = 0,
  inBackground = false,
): { state: StreamState; error: ApiError | null } {
  const [status, setStatus] = useState<{ state: StreamState; error: ApiError | null }>({ state: 'off', error: null });
  const latest = useRef({ onEvent, position });
  useEffect(() => {
    latest.current = { onEvent, position };
  });
  useEffect(() => {
    if (url === null) return;
    return openStream(() => url + (latest.current.position?.() ?? ''), {
      onEvent: (event) => latest.current.onEvent(event),
      onState: (state, error) => {
        setStatus({ state, error: error ?? null });
      },
      inBackground,
    });
  }, [url, run, inBackground]);
  return url === null ? { state: 'off', error: null } : status;
}
