import { afterEach, describe, expect, it, vi } from 'vitest';
import { searchEntities } from './catalog';
import { send } from './http';
import { filterTexts, predicate, type Filters } from './predicate';
import { toApiError } from './problem';
import { EventParser } from './sse';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('server-sent events', () => {
  const text = ': hello\r\nevent: log\r\ndata: {"a":\r\ndata: 1}\r\nid: 7\r\n\r\ndata: x\n\nevent: empty\n\n';
  it('are the same however the stream is cut', () => {
    for (let size = 1; size <= text.length; size += 1) {
      const parser = new EventParser();
      const events = [];
      for (let i = 0; i < text.length; i += size) events.push(...parser.push(text.slice(i, i + size)));
      expect(
        events.map((e) => [e.event, e.data]),
        `pieces of ${size}`,
      ).toEqual([
        ['log', '{"a":\n1}'],
        ['message', 'x'],
      ]);
    }
  });
  it('refuses an event without end', () => {
    expect(() => new EventParser().push('x'.repeat(1_000_001))).toThrow('longer than 1,000,000');
  });
});

describe('filters', () => {
  it('OR within a field and between alternatives, AND between fields', () => {
    const sets: Filters[] = [{ kind: ['component'], 'spec.type': ['service', 'website'] }, { kind: ['api'] }];
    expect(filterTexts(sets)).toEqual(['kind=component,spec.type=service,spec.type=website', 'kind=api']);
    expect(predicate(sets)).toEqual({
      $any: [
        { $all: [{ kind: 'component' }, { 'spec.type': { $in: ['service', 'website'] } }] },
        { $all: [{ kind: 'api' }] },
      ],
    });
  });
});

describe('errors', () => {
  it('speak Backstage, RFC 9457 and task validation', () => {
    const backstage = toApiError('GET /x', 404, { error: { name: 'NotFoundError', message: 'No such' }, response: {} });
    expect([backstage.code, backstage.message, backstage.retryable]).toEqual(['NotFoundError', 'No such', false]);
    const problem = toApiError('GET /x', 503, {
      detail: 'Store is busy',
      code: 'UNAVAILABLE',
      retryable: true,
      where: { source: 'a.yaml', line: 3, column: 5, field: 'spec.owner' },
    });
    expect([problem.message, problem.where, problem.retryable]).toEqual([
      'Store is busy',
      'a.yaml:3:5 (spec.owner)',
      true,
    ]);
    const task = toApiError('POST /x', 400, { errors: [{ property: 'instance.name', message: 'is required' }] });
    expect(task.message).toBe('instance.name: is required');
  });
});

describe('calls', () => {
  it('carry the header that a foreign site cannot send, on changes only', async () => {
    const fetched = vi.fn<(path: string, init: { headers: Record<string, string> }) => Promise<Response>>(() =>
      Promise.resolve(new Response('{}')),
    );
    vi.stubGlobal('fetch', fetched);
    await send('/api/x');
    await send('/api/x', { method: 'DELETE' });
    const headers = fetched.mock.calls.map(([, init]) => init.headers['x-polder-request']);
    expect(headers).toEqual([undefined, '1']);
  });
  it('bring what by-query leaves out as a second part', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"items":[],"pageInfo":{}}')));
    const search = { filters: [{}], text: '', sort: { field: 'spec.type', descending: false }, limit: 5 };
    const first = await searchEntities(search, { part: 1, cursor: null });
    expect(first.next).toEqual({ part: 2, cursor: null });
    expect((await searchEntities(search, { part: 2, cursor: null })).next).toBeNull();
  });
});
