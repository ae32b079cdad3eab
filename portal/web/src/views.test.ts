import { describe, expect, it } from 'vitest';
import { alternatives, readView } from './catalog/view';
import { toCsv } from './catalog/export';
import { buildGraph } from './entity/graph';
import { readDefinition } from './entity/openapi';
import type { Entity } from './api/types';
import { parseAnsi, plainText } from './runtime/ansi';
import { extend, toSeries } from './runtime/traffic-data';
import { takeTokenFromFragment } from './shell/session';
import { crumbsOf } from './shell/crumbs';

const entity = (name: string, relations: Entity['relations'] = []): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name },
  relations,
});

describe('the catalogue view', () => {
  it('is wholly in the URL', () => {
    const view = readView(new URLSearchParams('kind=api&owner=group:default/a&owner=group:default/b&sort=-type&q=x'));
    expect(view).toMatchObject({ kind: 'api', text: 'x', sort: { id: 'type', descending: true } });
    expect(alternatives(view, { owners: [], stars: [] })).toEqual([
      { kind: ['api'], 'relations.ownedBy': ['group:default/a', 'group:default/b'] },
    ]);
  });
  it('asks for each star, and for nothing when there is none of the kind', () => {
    const view = readView(new URLSearchParams('user=starred'));
    const stars = ['component:default/a', 'api:default/b'];
    expect(alternatives(view, { owners: [], stars })).toEqual([
      { kind: ['component'], 'metadata.namespace': ['default'], 'metadata.name': ['a'] },
    ]);
    expect(alternatives(view, { owners: [], stars: [] })).toBeNull();
  });
  it('exports no formulas', () => {
    expect(toCsv([entity('=1+1,"x"')])).toContain(`"'=1+1,""x"""`);
  });
});

describe('the graph', () => {
  it('draws one edge for a relation and its inverse, and stops at its distance', () => {
    const known = new Map([
      ['component:default/a', entity('a', [{ type: 'dependsOn', targetRef: 'component:default/b' }])],
      [
        'component:default/b',
        entity('b', [
          { type: 'dependencyOf', targetRef: 'component:default/a' },
          { type: 'dependsOn', targetRef: 'component:default/c' },
        ]),
      ],
    ]);
    expect(buildGraph('component:default/a', known, 1, false).nodes).toHaveLength(2);
    const graph = buildGraph('component:default/a', known, 2, false);
    expect(graph.edges).toHaveLength(2);
    expect(graph.nodes.find((n) => n.ref === 'component:default/c')?.known).toBe(false);
  });
});

describe('readers of foreign text', () => {
  it('colour a log and keep control characters out', () => {
    const line = '\u001b[1;31mbad\u001b[0m \u001b]0;title\u0007ok\u0008';
    expect(plainText(line)).toBe('bad ok');
    expect(parseAnsi(line)[0]).toEqual({ text: 'bad', colour: 'critical', bold: true, dim: false });
  });
  it('read operations, and say what is wrong with a broken definition', () => {
    const read = readDefinition(
      'openapi',
      'info: {title: T, version: 1}\npaths: {/a: {get: {responses: {200: {description: ok}}}}}',
    );
    expect(read?.operations[0]).toMatchObject({
      method: 'get',
      path: '/a',
      responses: [{ status: '200', description: 'ok' }],
    });
    expect(() => readDefinition('openapi', 'a: [1')).toThrow();
    expect(readDefinition('grpc', 'syntax')).toBeNull();
  });
  it('turn counts into rates and add live seconds', () => {
    const series = toSeries({
      stepSeconds: 5,
      from: '2026-01-01T00:00:00Z',
      series: { 200: [10, 20], 503: [0, 5] },
      latencyMs: { p50: [1, 2], p99: [3, 4] },
    });
    expect([series.byClass['2xx'], series.byClass['5xx']]).toEqual([
      [2, 4],
      [0, 1],
    ]);
    const longer = extend(series, [{ at: '2026-01-01T00:00:06Z', rps: 7, byCode: { 204: 7 }, p50Ms: 1, p99Ms: 2 }], 3);
    expect(longer.byClass['2xx']).toEqual([4, 7]);
  });
});

describe('the frame', () => {
  it('takes the token from the address and removes it', () => {
    window.history.replaceState(null, '', '/catalog?kind=api#token=a%2Bb');
    expect(takeTokenFromFragment(window.location, window.history)).toBe('a+b');
    expect(window.location.href).not.toContain('token');
    expect(takeTokenFromFragment(window.location, window.history)).toBeNull();
  });
  it('names the way to a page', () => {
    expect(crumbsOf('/catalog/infra/component/shop/runtime').map((c) => c.label)).toEqual([
      'Catalogue',
      'Component',
      'infra/shop',
    ]);
  });
});
