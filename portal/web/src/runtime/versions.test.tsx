import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LogLine, Workload, WorkloadVersion } from '../api/types';
import { Toasts } from '../shell/Toasts';
import { APP, chosenLines, componentOptions } from './log-filter';
import { VersionsPanel } from './VersionsPanel';

const version = (number: number, state: WorkloadVersion['state'], rollback: boolean): WorkloadVersion => ({
  number,
  digest: state === 'failed' ? null : `sha256:${String(number).repeat(64)}`,
  commit: null,
  deployedAt: '2026-11-25T10:00:00Z',
  deployedBy: 'user:default/mira',
  how: 'push',
  state,
  error: state === 'failed' ? 'main.go:3: undefined: x' : null,
  rollback,
});
const VERSIONS = [version(3, 'failed', false), version(2, 'serving', false), version(1, 'replaced', true)];

function show(state: string, versions: WorkloadVersion[], failing = false): string[] {
  const calls: string[] = [];
  vi.stubGlobal('fetch', (path: string, init: { body: string | null }) => {
    calls.push(`${path.replace('/api/polder/workloads/default/shop', '')} ${init.body ?? ''}`);
    return Promise.resolve(
      failing ? Response.json({ code: 'TOO_LARGE', detail: 'wants 4 GiB' }, { status: 413 }) : Response.json({}),
    );
  });
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <VersionsPanel workload={{ ref: 'component:default/shop', state, versions } as unknown as Workload} />
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

describe('the versions', () => {
  it('say who deployed them and why one failed; only an earlier one can be served again', () => {
    show('serving', VERSIONS);
    const rows = within(screen.getByRole('list', { name: 'Versions, newest first' })).getAllByRole('listitem');
    expect(rows.map((row) => row.textContent)).toEqual([
      expect.stringContaining('#3Failedno modulepushed by mira'),
      expect.stringContaining('#2Serving2222222pushed by mira'),
      expect.stringContaining('#1Replaced1111111pushed by mira'),
    ]);
    expect(screen.getByRole('region', { name: 'Why version 3 failed' }).textContent).toContain('undefined: x');
    expect(screen.getAllByRole('button', { name: /^Roll back/ })).toHaveLength(1);
  });

  it('are rolled back at once by the keyboard, and the toast takes it back', async () => {
    const calls = show('serving', VERSIONS);
    screen.getByRole('button', { name: 'Roll back to version 1' }).focus();
    await userEvent.keyboard('{Enter}');
    expect(await screen.findByText('Version 1 (1111111) serves again')).toBeDefined();
    expect(calls).toEqual(['/rollback {"to":1}']);
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('Version 2 (2222222) serves again')).toBeDefined();
    expect(calls).toEqual(['/rollback {"to":1}', '/rollback {"to":2}']);
  });

  it('stop again what was stopped before', async () => {
    const calls = show('stopped', VERSIONS);
    expect(screen.getByText('Stopped')).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'Roll back to version 1' }));
    await userEvent.click((await screen.findAllByRole('button', { name: 'Undo' })).at(-1) ?? document.body);
    expect(await screen.findByText('It is stopped again')).toBeDefined();
    expect(calls).toEqual(['/rollback {"to":1}', '/stop {}']);
  });

  it('say why one cannot be served', async () => {
    show('serving', VERSIONS, true);
    await userEvent.click(screen.getByRole('button', { name: 'Roll back to version 1' }));
    expect(await screen.findByText(/what served before serves on: wants 4 GiB/)).toBeDefined();
  });

  it('are a few at first', async () => {
    show(
      'serving',
      [...Array(12).keys()].map((i) => version(12 - i, i === 0 ? 'serving' : 'replaced', false)),
    );
    expect(screen.getAllByRole('listitem')).toHaveLength(8);
    await userEvent.click(screen.getByRole('button', { name: 'Show 4 older ones' }));
    expect(screen.getAllByRole('listitem')).toHaveLength(12);
  });
});

describe('a log', () => {
  const line = (id: number, component: string | null, stream: LogLine['stream'] = 'stdout'): LogLine => ({
    id,
    at: '2026-11-25T10:00:00Z',
    stream,
    component,
    text: `line ${id}`,
  });
  const LINES = [line(1, null, 'build'), line(2, 'shop'), line(3, 'receipts', 'stderr'), line(4, 'shop')];

  it('is filtered by source and by component', () => {
    expect(chosenLines(LINES, [], []).map((l) => l.id)).toEqual([1, 2, 3, 4]);
    expect(chosenLines(LINES, [], ['shop', APP]).map((l) => l.id)).toEqual([1, 2, 4]);
    expect(chosenLines(LINES, ['stderr'], ['shop'])).toEqual([]);
  });
  it('names the component of a line where there are several', () => {
    expect(chosenLines(LINES, [], []).map((l) => l.tag)).toEqual([undefined, 'shop', 'receipts', 'shop']);
    expect(chosenLines(LINES.slice(0, 2), [], [])[1]).not.toHaveProperty('tag');
  });
  it('counts the lines of each, the app itself last', () => {
    expect(componentOptions(LINES)).toEqual([
      { value: 'receipts', label: 'receipts', count: 1 },
      { value: 'shop', label: 'shop', count: 2 },
      { value: APP, label: 'The app itself', count: 1 },
    ]);
  });
});
