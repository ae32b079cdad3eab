import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Unregistered } from './Unregistered';

function show(of: string, workload: unknown) {
  vi.stubGlobal('fetch', (path: string) =>
    Promise.resolve(
      workload !== null && path === '/api/polder/workloads/default/shop'
        ? Response.json(workload)
        : Response.json({ code: 'NOT_FOUND', detail: 'nothing is deployed' }, { status: 404 }),
    ),
  );
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MemoryRouter>
          <Unregistered of={of} tab={undefined} />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('what no descriptor names', () => {
  it('has the views of what runs, and says what is missing', async () => {
    show('component:default/shop', { ref: 'component:default/shop', state: 'serving', versions: [], triggers: [] });
    expect((await screen.findByRole('link', { name: 'Wasm' })).getAttribute('aria-current')).toBe('page');
    expect(screen.getByRole('link', { name: 'Runtime' }).getAttribute('href')).toBe(
      '/catalog/default/component/shop/runtime',
    );
    expect(screen.getByRole('list', { name: 'Warnings' }).textContent).toContain('catalog-info.yaml');
  });
  it('is said to be missing when nothing runs either', async () => {
    show('component:default/shop', null);
    expect(await screen.findByRole('heading', { name: 'Not in the catalogue' })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Search the catalogue' })).toBeTruthy();
  });
});
