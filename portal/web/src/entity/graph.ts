import { getEntities, getEntity } from '../api/catalog';
import { entityRef, entityTitle } from '../api/entity';
import type { Entity } from '../api/types';
import { parseRef } from '../format/refs';
import { forward } from './relation-words';

export interface GraphNode {
  ref: string;
  title: string;
  /** False when the catalogue does not know it. */
  known: boolean;
}
export interface GraphEdge {
  id: string;
  source: string;
  target: string;
  type: string;
}
export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** How many relations were left out, since there are too many. */
  left: number;
}

const MOST_NODES = 2_000;
/** From the second hop on, owners and siblings would join everything with everything: they are shown when asked for. */
const QUIET_TYPES = new Set(['ownedBy', 'ownerOf', 'memberOf', 'hasMember', 'childOf', 'parentOf', 'hasPart']);

/** The graph around an entity: breadth first, `hops` steps, relations of the asked types only. */
export function buildGraph(start: string, known: Map<string, Entity>, hops: number, all: boolean): Graph {
  const depth = new Map([[start, 0]]);
  const edges = new Map<string, GraphEdge>();
  const queue = [start];
  let left = 0;
  for (let ref = queue.shift(); ref !== undefined; ref = queue.shift()) {
    const at = depth.get(ref) ?? 0;
    if (at >= hops) continue;
    for (const { type, targetRef } of known.get(ref)?.relations ?? []) {
      const edge = forward(ref, type, targetRef);
      if (!depth.has(targetRef)) {
        if (!all && ref !== start && QUIET_TYPES.has(type)) continue;
        if (depth.size >= MOST_NODES) {
          left += 1;
          continue;
        }
        depth.set(targetRef, at + 1);
        queue.push(targetRef);
      }
      const id = `${edge.source} ${edge.type} ${edge.target}`;
      edges.set(id, { id, ...edge });
    }
  }
  const nodes = [...depth.keys()].map((ref) => {
    const entity = known.get(ref);
    return { ref, title: entity ? entityTitle(entity) : parseRef(ref).name, known: entity !== undefined };
  });
  return { nodes, edges: [...edges.values()], left };
}

/** Reads the neighbourhood, one call for each hop. */
export async function readNeighbourhood(
  start: string,
  hops: number,
  signal?: AbortSignal,
): Promise<Map<string, Entity>> {
  const known = new Map<string, Entity>([[start, await getEntity(start, signal)]]);
  let border = [start];
  for (let hop = 0; hop < hops; hop += 1) {
    const next = new Set<string>();
    for (const ref of border) {
      for (const { targetRef } of known.get(ref)?.relations ?? []) if (!known.has(targetRef)) next.add(targetRef);
    }
    border = [...next].slice(0, 500);
    for (const entity of await getEntities(border, signal)) if (entity) known.set(entityRef(entity), entity);
  }
  return known;
}
