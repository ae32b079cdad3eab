import { startView } from './start-view';
import { describe, expect, it } from 'vitest';
import { fold, LEAST, type Drawn } from './fold';
import type { Graph, GraphEdge } from './graph';
import { edgeWords, pathOf, sizeOf } from './layout';
import { neighbour } from './RelationsGraph';

const START = 'system:default/shop';
const edge = (source: string, type: string, target: string): GraphEdge => ({
  id: `${source} ${type} ${target}`,
  source,
  target,
  type,
});
const graph = (edges: GraphEdge[]): Graph => ({
  nodes: [...new Set(edges.flatMap((e) => [e.source, e.target]))].map((ref) => ({
    ref,
    title: ref.replace(/.*\//, ''),
    known: true,
  })),
  edges,
  left: 0,
});
const components = (n: number) =>
  Array.from({ length: n }, (_, i) => `component:default/c${String(i).padStart(2, '0')}`);
const summary = ({ nodes }: Drawn) => nodes.map((n) => (n.is === 'group' ? `${n.members.length} ${n.kind}` : n.id));

describe('a graph with many siblings', () => {
  const many = components(40);
  const whole = graph([
    ...many.map((ref) => edge(ref, 'partOf', START)),
    edge('resource:default/db', 'partOf', START),
    ...many.slice(0, 5).map((ref) => edge(ref, 'dependsOn', 'resource:default/db')),
    ...many.map((ref, i) => edge(ref, 'providesApi', `api:default/a${i}`)),
    edge(many[1] ?? '', 'dependsOn', many[2] ?? ''),
    edge(START, 'partOf', 'domain:default/retail'),
  ]);

  it('draws them as one, and what they lead to', () => {
    const drawn = fold(whole, START, []);
    expect(summary(drawn)).toEqual([START, '40 component', 'resource:default/db', 'domain:default/retail', '40 api']);
    expect(drawn.left).toBe(0);
    expect(drawn.edges.map(edgeWords).sort()).toEqual([
      'depends on × 5',
      'part of',
      'part of',
      'part of × 40',
      'provides × 40',
    ]);
  });

  it('lists the members of a group that is open, by name', () => {
    const closed = fold(whole, START, []);
    const group = closed.nodes.find((n) => n.is === 'group');
    const open = fold(whole, START, [group?.id ?? '']).nodes.find((n) => n.id === group?.id);
    expect(open?.is === 'group' && open.open && open.members.map((m) => m.ref)).toEqual(many);
    expect(open && sizeOf(open).height).toBeGreaterThan(400);
    expect(group && sizeOf(group).height).toBe(44);
  });

  it('leaves a few as they are', () => {
    const few = components(LEAST - 1);
    expect(fold(graph(few.map((ref) => edge(ref, 'partOf', START))), START, []).nodes).toHaveLength(LEAST);
  });

  it('says how many it leaves out, and draws no edge to them', () => {
    const kinds = Array.from({ length: 100 }, (_, i) => edge(START, `type${i}`, `component:default/x${i}`));
    const drawn = fold(graph(kinds), START, []);
    expect(drawn.nodes).toHaveLength(80);
    expect(drawn.edges).toHaveLength(79);
    expect(drawn.left).toBe(21);
  });
});

describe('arrows of the keyboard', () => {
  const at = (id: string, x: number, y: number) => ({ id, position: { x, y } });
  const nodes = [at('a', 0, 0), at('b', 300, 0), at('c', 300, 90), at('d', 310, 200)];
  const edges = [{ source: 'a', target: 'b' }];
  const go = (from: number, key: string) => neighbour(nodes[from] ?? at('', 0, 0), key, nodes, edges);

  it('go along edges and within a layer', () => {
    expect([go(0, 'ArrowRight'), go(1, 'ArrowLeft'), go(0, 'ArrowLeft')]).toEqual(['b', 'a', undefined]);
    expect([go(1, 'ArrowDown'), go(2, 'ArrowDown'), go(3, 'ArrowUp'), go(1, 'ArrowUp')]).toEqual([
      'c',
      'd',
      'c',
      undefined,
    ]);
    expect(go(0, 'x')).toBeUndefined();
  });
});

describe('a routed edge', () => {
  it('has round corners that are no longer than its pieces', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 20, y: 0 },
      { x: 20, y: 4 },
    ];
    expect(pathOf(points)).toBe('M0,0 L14,0 Q20,0 20,2 L20,4');
  });
});

describe('the first view of a large graph', () => {
  const column = (x: number, n: number) =>
    Array.from({ length: n }, (_, i) => ({ position: { x, y: 64 * i }, width: 200, height: 44 }));
  const four = [column(0, 40), column(400, 40), column(800, 40), column(1200, 40)];
  const shown = (at: { x: number; y: number; zoom: number }) => ({ left: -at.x / at.zoom, top: -at.y / at.zoom });

  it('begins with a whole column, the entity and its right neighbours in view', () => {
    const focus = four[2]?.[20];
    if (!focus) throw new Error('no focus');
    const wide = shown(startView(four.flat(), focus, { width: 900, height: 600 }, 0.6));
    expect(wide.left).toBeCloseTo(-50); // all columns, in the middle
    const less = shown(startView(four.flat(), focus, { width: 700, height: 600 }, 0.6));
    expect(less.left).toBeCloseTo(400 - 40);
    expect(less.top).toBeCloseTo(64 * 20 + 22 - 500);
    const narrow = shown(startView(four.flat(), focus, { width: 390, height: 600 }, 0.6));
    expect(narrow.left).toBeCloseTo(800 - 40);
  });

  it('does not begin above the first row, nor end below the last', () => {
    const [first, last] = [four[0]?.[0], four[3]?.[39]];
    if (!first || !last) throw new Error('no focus');
    expect(shown(startView(four.flat(), first, { width: 700, height: 600 }, 0.6)).top).toBeCloseTo(-40);
    expect(shown(startView(four.flat(), last, { width: 700, height: 600 }, 0.6)).top).toBeCloseTo(64 * 39 + 44 - 960);
  });
});
