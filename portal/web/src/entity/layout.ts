import ELK, { type ElkNode, type ElkPoint } from 'elkjs/lib/elk-api';
import type { Drawn, DrawnEdge, DrawnNode } from './fold';
import { relationWord } from './relation-words';

const NODE = { width: 200, height: 44 };
/** An open group: so many columns of names, and at most so many rows before it scrolls. */
export const GROUP = { columns: 2, rows: 20, row: 30, head: 44 };
const LABEL = { character: 6.6, padding: 12, height: 18 };

export interface Layout {
  /** Of the upper left corner. */
  nodes: Map<string, { x: number; y: number }>;
  edges: Map<string, { points: ElkPoint[]; label: { x: number; y: number; width: number; height: number } }>;
}

export function sizeOf(node: DrawnNode): { width: number; height: number } {
  if (node.is === 'entity' || !node.open) return NODE;
  const rows = Math.min(GROUP.rows, Math.ceil(node.members.length / GROUP.columns));
  return { width: GROUP.columns * NODE.width, height: GROUP.head + rows * GROUP.row + 8 };
}

/** The words of an edge; one that stands for several relations says for how many. */
export function edgeWords({ type, count }: DrawnEdge): string {
  return count > 1 ? `${relationWord(type)} × ${count}` : relationWord(type);
}

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
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '24',
  'elk.spacing.nodeNode': '20',
  'elk.spacing.edgeLabel': '0',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
};

/** Places for nodes, edges and their words, none over another: layered, left to right. */
export async function layOut(drawn: Drawn): Promise<Layout> {
  const root: ElkNode = {
    id: 'root',
    layoutOptions: OPTIONS,
    children: drawn.nodes.map((node) => ({ id: node.id, ...sizeOf(node) })),
    edges: drawn.edges.map((edge) => ({
      id: edge.id,
      sources: [edge.source],
      targets: [edge.target],
      labels: [
        {
          id: `${edge.id} words`,
          text: edgeWords(edge),
          width: edgeWords(edge).length * LABEL.character + LABEL.padding,
          height: LABEL.height,
          layoutOptions: { 'elk.edgeLabels.inline': 'true' },
        },
      ],
    })),
  };
  const done = await engine().layout(root);
  return {
    nodes: new Map((done.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }])),
    edges: new Map(
      (done.edges ?? []).map(({ id, sections = [], labels = [] }) => {
        const { x = 0, y = 0, width = 0, height = 0 } = labels[0] ?? {};
        const points = sections.flatMap((s) => [s.startPoint, ...(s.bendPoints ?? []), s.endPoint]);
        return [id, { points, label: { x, y, width, height } }];
      }),
    ),
  };
}

/** A path through points with rounded corners. */
export function pathOf(points: ElkPoint[], radius = 6): string {
  return points
    .map((point, i) => {
      const before = points[i - 1];
      const after = points[i + 1];
      if (!before) return `M${point.x},${point.y}`;
      if (!after) return `L${point.x},${point.y}`;
      const from = towards(point, before, radius);
      const to = towards(point, after, radius);
      return `L${from.x},${from.y} Q${point.x},${point.y} ${to.x},${to.y}`;
    })
    .join(' ');
}

function towards(from: ElkPoint, to: ElkPoint, most: number): ElkPoint {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : Math.min(most, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
