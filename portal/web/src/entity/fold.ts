import { parseRef } from '../format/refs';
import type { Graph, GraphEdge, GraphNode } from './graph';

/** An entity, or many of a kind that stand in the same relation to one node and are drawn as one. */
export type DrawnNode =
  | { is: 'entity'; id: string; node: GraphNode }
  | { is: 'group'; id: string; kind: string; members: GraphNode[]; open: boolean };
export interface DrawnEdge {
  id: string;
  source: string;
  target: string;
  type: string;
  /** How many relations it stands for. */
  count: number;
}
export interface Drawn {
  nodes: DrawnNode[];
  edges: DrawnEdge[];
  /** How many entities are not drawn, since there are too many. */
  left: number;
}

/** So many siblings become a group. */
export const LEAST = 8;
const MOST_DRAWN = 80;

/** What is drawn of a graph: breadth first from its start, siblings folded into groups; `open` names those that list theirs. */
export function fold(graph: Graph, start: string, open: readonly string[]): Drawn {
  const nodes = new Map(graph.nodes.map((node) => [node.ref, node]));
  const touching = new Map<string, GraphEdge[]>();
  for (const edge of graph.edges) {
    for (const end of [edge.source, edge.target]) touching.set(end, [...(touching.get(end) ?? []), edge]);
  }
  const place = new Map<string, string>([[start, start]]);
  const drawn: DrawnNode[] = [];
  let left = 0;
  const draw = (node: DrawnNode, members: GraphNode[], queue: DrawnNode[]) => {
    const room = drawn.length < MOST_DRAWN;
    if (!room) left += members.length;
    for (const { ref } of members) place.set(ref, room ? node.id : '');
    if (!room) return;
    drawn.push(node);
    queue.push(node);
  };
  const first = nodes.get(start);
  const queue: DrawnNode[] = [];
  if (first) draw({ is: 'entity', id: start, node: first }, [first], queue);
  for (let at = queue.shift(); at; at = queue.shift()) {
    for (const [key, siblings] of neighbours(at, touching, place)) {
      const members = siblings.flatMap((ref) => nodes.get(ref) ?? []);
      const kind = parseRef(members[0]?.ref ?? '').kind;
      if (members.length < LEAST) {
        for (const node of members) draw({ is: 'entity', id: node.ref, node }, [node], queue);
      } else {
        const id = `${at.id} ${key}`;
        members.sort((a, b) => a.title.localeCompare(b.title));
        draw({ is: 'group', id, kind, members, open: open.includes(id) }, members, queue);
      }
    }
  }
  return { nodes: drawn, edges: folded(graph.edges, place), left };
}

/** The entities around a node that have no place yet, by their relation to it and their kind. */
function neighbours(
  at: DrawnNode,
  touching: Map<string, GraphEdge[]>,
  place: Map<string, string>,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const ref of at.is === 'entity' ? [at.id] : at.members.map((member) => member.ref)) {
    for (const { source, target, type } of touching.get(ref) ?? []) {
      const other = source === ref ? target : source;
      if (place.has(other) || seen.has(other)) continue;
      seen.add(other);
      const key = `${source === ref ? 'to' : 'from'} ${type} ${parseRef(other).kind}`;
      found.set(key, [...(found.get(key) ?? []), other]);
    }
  }
  return found;
}

function folded(edges: GraphEdge[], place: Map<string, string>): DrawnEdge[] {
  const merged = new Map<string, DrawnEdge>();
  for (const { source, target, type } of edges) {
    const from = place.get(source);
    const to = place.get(target);
    if (!from || !to || from === to) continue;
    const id = `${from} ${type} ${to}`;
    merged.set(id, { id, source: from, target: to, type, count: (merged.get(id)?.count ?? 0) + 1 });
  }
  return [...merged.values()];
}
