import ELK, { type ElkNode } from 'elkjs/lib/elk-api';
import type { Graph } from './graph';

export const NODE = { width: 200, height: 44 };

let elk: InstanceType<typeof ELK> | undefined;

/** The layout runs in a worker of its own, so that a large graph does not stop the page. */
function engine(): InstanceType<typeof ELK> {
  elk ??= new ELK({
    workerFactory: () => new Worker(new URL('elkjs/lib/elk-worker.min.js', import.meta.url), { type: 'classic' }),
  });
  return elk;
}

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.layered.spacing.nodeNodeBetweenLayers': '120',
  'elk.spacing.nodeNode': '24',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
};

/** Places for the nodes: layered, left to right. */
export async function layOut(graph: Graph): Promise<Map<string, { x: number; y: number }>> {
  const root: ElkNode = {
    id: 'root',
    layoutOptions: OPTIONS,
    children: graph.nodes.map(({ ref }) => ({ id: ref, ...NODE })),
    edges: graph.edges.map(({ id, source, target }) => ({ id, sources: [source], targets: [target] })),
  };
  const done = await engine().layout(root);
  return new Map((done.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
}
