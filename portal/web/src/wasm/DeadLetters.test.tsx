import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SessionContext } from '../shell/session';
import { Toasts } from '../shell/Toasts';
import { DeadLetters } from './DeadLetters';
import { hexDump } from './hex';

const LETTER = {
  id: '1764064800000001',
  trigger: 'events-redis-trigger',
  kind: 'redis',
  component: 'events',
  source: 'redis://127.0.0.1 orders',
  subject: 'orders',
  at: '2026-11-25T10:00:01Z',
  firstAt: '2026-11-25T10:00:00Z',
  error: 'it answered the event with an error: no stock',
  attempts: 5,
  bytes: 11,
  truncated: false,
  preview: '{"sku": 42}',
};

const PAYLOAD = { encoding: 'text', data: LETTER.preview, shown: LETTER.preview.length };

/** A server with one letter, or none, that remembers what it was told. */
function serve(letters: (typeof LETTER)[], triggers: unknown[], { failing = false, guest = false } = {}) {
  const calls = Object.assign([] as string[], { read: [] as string[] });
  let kept = letters;
  vi.stubGlobal('fetch', (input: string, init?: { method?: string }) => {
    const method = init?.method ?? 'GET';
    const path = input.replace('/api/polder/workloads/default/shop', '');
    if (method === 'GET') calls.read.push(path);
    else calls.push(`${method} ${path}`);
    if (path === '/triggers') return Promise.resolve(Response.json({ items: triggers }));
    if (/^\/dead-letters(\?|$)/.test(path) && method === 'GET') {
      const next = kept.length > 0 && !path.includes('before') ? '5' : null;
      return Promise.resolve(Response.json({ items: kept, next, total: kept.length, bytes: 11 }));
    }
    if (method === 'GET')
      return Promise.resolve(Response.json({ ...LETTER, replyTo: null, metadata: [], payload: PAYLOAD }));
    if (failing)
      return Promise.resolve(Response.json({ code: 'BAD_UPSTREAM', detail: 'no stock yet' }, { status: 502 }));
    kept = path.endsWith('/restore') ? letters : [];
    return Promise.resolve(
      method === 'DELETE' ? Response.json({ deleted: letters.length, undo: '77' }) : Response.json({ restored: 1 }),
    );
  });
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <SessionContext value={{ user: { ref: 'user:default/mira', displayName: 'Mira' }, guest }}>
            <DeadLetters of="component:default/shop" />
          </SessionContext>
          <Toasts />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return calls;
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('the dead letters', () => {
  it('are no matter of a workload that no event wakes', async () => {
    const calls = serve([], []);
    await waitFor(() => {
      expect(calls.read).toEqual(['/triggers', '/dead-letters']);
    });
    await Promise.resolve();
    expect(screen.queryByText('Dead letters')).toBeNull();
  });

  it('say that there are none', async () => {
    serve([], [{ id: 'events-redis-trigger' }]);
    expect(await screen.findByText('No dead letters')).toBeDefined();
  });

  it('are delivered again by the keyboard, and gone then', async () => {
    const calls = serve([LETTER], [{ id: 'events-redis-trigger' }]);
    (await screen.findByRole('button', { name: 'Deliver again: the event of orders' })).focus();
    await userEvent.keyboard('{Enter}');
    expect(await screen.findByText('No dead letters')).toBeDefined();
    expect([...calls]).toEqual([`POST /dead-letters/${LETTER.id}/redeliver`]);
  });

  it('stay when they fail again', async () => {
    const calls = serve([LETTER], [{ id: 'events-redis-trigger' }], { failing: true });
    await userEvent.click(await screen.findByRole('button', { name: 'Deliver again: the event of orders' }));
    await waitFor(() => {
      expect(calls).toHaveLength(1);
    });
    expect(screen.getByText(LETTER.error)).toBeDefined();
  });

  it('are deleted at once and come back', async () => {
    const calls = serve([LETTER], [{ id: 'events-redis-trigger' }]);
    await userEvent.click(await screen.findByRole('button', { name: 'Delete the event of orders' }));
    expect(await screen.findByText('No dead letters')).toBeDefined();
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await screen.findByText(LETTER.error)).toBeDefined();
    expect([...calls]).toEqual([`DELETE /dead-letters/${LETTER.id}`, 'POST /dead-letters/restore']);
  });

  it('are read a page at a time, by words too', async () => {
    const calls = serve([LETTER], [{ id: 'events-redis-trigger' }]);
    await userEvent.click(await screen.findByRole('button', { name: 'Older' }));
    await waitFor(() => {
      expect(calls.read).toContain('/dead-letters?before=5');
    });
    await userEvent.type(screen.getByRole('textbox', { name: 'Search the dead letters' }), 'stock');
    await waitFor(() => {
      expect(calls.read).toContain('/dead-letters?words=stock');
    });
  });

  it('are not changed by guests, who are told why', async () => {
    const calls = serve([LETTER], [{ id: 'events-redis-trigger' }], { guest: true });
    const button = await screen.findByRole('button', { name: 'Delete the event of orders' });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(button.title).toContain('Guests may only read');
    button.focus();
    await userEvent.keyboard('{Enter}');
    expect(calls).toHaveLength(0);
  });

  it('show their payload beside the list', async () => {
    serve([LETTER], [{ id: 'events-redis-trigger' }]);
    await userEvent.click(await screen.findByRole('button', { name: 'orders' }));
    expect(await screen.findByText(/"sku": 42/)).toBeDefined();
  });

  it('show what is no text as bytes', () => {
    expect(hexDump(new TextEncoder().encode('ab\u0000\u00ff and on and on'))).toBe(
      '000000  61 62 00 c3 bf 20 61 6e  64 20 6f 6e 20 61 6e 64  ab... and on and\n' +
        `000010  20 6f 6e${' '.repeat(42)} on`,
    );
  });
});
