import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DeadLetters } from './DeadLetters';

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

/** A server with one letter, or none, that remembers what it was told. */
function serve(letters: (typeof LETTER)[], triggers: unknown[], failing = false) {
  const calls = Object.assign([] as string[], { read: [] as string[] });
  let kept = letters;
  vi.stubGlobal('fetch', (input: string, init?: { method?: string }) => {
    const method = init?.method ?? 'GET';
    const path = input.replace('/api/polder/workloads/default/shop', '');
    if (method === 'GET') calls.read.push(path);
    else calls.push(`${method} ${path}`);
    if (path === '/triggers') return Promise.resolve(Response.json({ items: triggers }));
    if (path === '/dead-letters' && method === 'GET')
      return Promise.resolve(Response.json({ items: kept, next: null, total: kept.length, bytes: 11 }));
    if (method === 'GET')
      return Promise.resolve(Response.json({ ...LETTER, payload: { encoding: 'text', data: LETTER.preview } }));
    if (failing)
      return Promise.resolve(Response.json({ code: 'BAD_UPSTREAM', detail: 'no stock yet' }, { status: 502 }));
    kept = [];
    return Promise.resolve(new Response(null, { status: 204 }));
  });
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <DeadLetters of="component:default/shop" />
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
    const calls = serve([LETTER], [{ id: 'events-redis-trigger' }], true);
    await userEvent.click(await screen.findByRole('button', { name: 'Deliver again: the event of orders' }));
    await waitFor(() => {
      expect(calls).toHaveLength(1);
    });
    expect(screen.getByText(LETTER.error)).toBeDefined();
  });

  it('are deleted only after a question', async () => {
    const calls = serve([LETTER], [{ id: 'events-redis-trigger' }]);
    await userEvent.click(await screen.findByRole('button', { name: 'Delete the event of orders' }));
    expect(await screen.findByText('Delete this dead letter?')).toBeDefined();
    expect(calls).toHaveLength(0);
    await userEvent.click(screen.getByRole('button', { name: 'Delete it' }));
    expect(await screen.findByText('No dead letters')).toBeDefined();
    expect([...calls]).toEqual([`DELETE /dead-letters/${LETTER.id}`]);
  });

  it('show their payload beside the list', async () => {
    serve([LETTER], [{ id: 'events-redis-trigger' }]);
    await userEvent.click(await screen.findByRole('button', { name: 'orders' }));
    expect(await screen.findByText('{"sku": 42}')).toBeDefined();
  });
});
