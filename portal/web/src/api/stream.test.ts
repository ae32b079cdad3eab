import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStream } from './stream';

const seen = (state: 'visible' | 'hidden') => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
};

describe('a stream', () => {
  let asked: { url: string; signal: AbortSignal }[] = [];
  beforeEach(() => {
    asked = [];
    vi.useFakeTimers();
    seen('visible');
    vi.stubGlobal('fetch', (url: string, { signal }: { signal: AbortSignal }) => {
      asked.push({ url, signal });
      const body = new ReadableStream<Uint8Array>({
        start: (out) => {
          signal.addEventListener('abort', () => {
            out.error(new DOMException('aborted', 'AbortError'));
          });
        },
      });
      return Promise.resolve(new Response(body));
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it('rests in the background, and goes on where it was', async () => {
    let position = 0;
    const close = openStream(() => `/log?after=${position}`, { onEvent: () => undefined });
    await vi.advanceTimersByTimeAsync(100);
    seen('hidden');
    await vi.advanceTimersByTimeAsync(4_000);
    expect(asked[0]?.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(asked).toHaveLength(1);
    position = 7;
    seen('visible');
    await vi.advanceTimersByTimeAsync(10);
    expect(asked.map((a) => a.url)).toEqual(['/log?after=0', '/log?after=7']);
    close();
    expect(asked[1]?.signal.aborted).toBe(true);
  });

  it('is kept by a short look elsewhere, and where somebody waits for it', async () => {
    const close = openStream(() => '/log', { onEvent: () => undefined });
    const task = openStream(() => '/task', { onEvent: () => undefined, inBackground: true });
    seen('hidden');
    await vi.advanceTimersByTimeAsync(4_000);
    seen('visible');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.map((a) => a.signal.aborted)).toEqual([false, false]);
    seen('hidden');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.map((a) => a.signal.aborted)).toEqual([true, false]);
    close();
    task();
  });
});
