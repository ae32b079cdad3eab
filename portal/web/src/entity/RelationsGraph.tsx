import {
  Background,
  BaseEdge,
  Controls,
  Handle,
  MarkerType,
  Position,
  ReactFlow,
  type Edge,
  type EdgeProps,
  type Node,
  type NodeProps,
  type ReactFlowInstance,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMantineColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';
import { plural } from '../format/numbers';
import { parseRef, refPath } from '../format/refs';
import { EntityLink } from '../ui/EntityLink';
import { ErrorState } from '../ui/ErrorState';
import { kindIcon, kindWord } from '../ui/kinds';
import { Loading } from '../ui/Loading';
import type { Drawn, DrawnNode } from './fold';
import { startView } from './start-view';
import { edgeWords, GROUP, layOut, pathOf, sizeOf, type Layout } from './layout';

type EntityNode = Node<{ title: string; known: boolean; focus: boolean }, 'entity'>;
type GroupNode = Node<{ group: Extract<DrawnNode, { is: 'group' }> }, 'siblings'>;
type RoutedEdge = Edge<{ words: string; route: NonNullable<ReturnType<Layout['edges']['get']>> }, 'routed'>;

function Ends() {
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} style={{ visibility: 'hidden' }} />
      <Handle type="source" position={Position.Right} isConnectable={false} style={{ visibility: 'hidden' }} />
    </>
  );
}

function EntityBox({ id, data }: NodeProps<EntityNode>) {
  const Shape = kindIcon(parseRef(id).kind);
  return (
    <div className={`graph-node${data.focus ? ' focus' : ''}${data.known ? '' : ' unknown'}`} title={id}>
      <Ends />
      <Shape size={16} stroke={1.6} aria-hidden />
      <span className="clip">{data.title}</span>
    </div>
  );
}

/** Many of one kind in one box; open, it lists them. */
function GroupBox({ data: { group } }: NodeProps<GroupNode>) {
  const Shape = kindIcon(group.kind);
  const Sign = group.open ? IconChevronDown : IconChevronRight;
  return (
    <div className={`graph-group${group.open ? ' open' : ''}`} style={sizeOf(group)}>
      <Ends />
      <div className="graph-group-head">
        <Shape size={16} stroke={1.6} aria-hidden />
        <span className="clip">{groupTitle(group)}</span>
        <Sign size={16} stroke={1.6} aria-hidden className="push" />
      </div>
      {group.open && (
        <ul className="plain-list nowheel" style={{ gridTemplateColumns: `repeat(${GROUP.columns}, minmax(0, 1fr))` }}>
          {group.members.map((member) => (
            <li key={member.ref} style={{ height: GROUP.row }}>
              <EntityLink entity={member.ref} title={member.title} icon={false} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const groupTitle = (group: Extract<DrawnNode, { is: 'group' }>): string => {
  const word = kindWord(group.kind);
  return plural(group.members.length, /^[A-Z]{2}/.test(word) ? word : word.toLowerCase());
};

/** An edge where the layout put it, with its words in a place of their own. */
function RoutedLine({ data, markerEnd }: EdgeProps<RoutedEdge>) {
  if (!data) return null;
  const { words, route } = data;
  const { x, y, width, height } = route.label;
  return (
    <>
      <BaseEdge path={pathOf(route.points)} {...(markerEnd ? { markerEnd } : {})} />
      <rect x={x} y={y} width={width} height={height} className="react-flow__edge-textbg" />
      <text x={x + width / 2} y={y + height / 2} dy="0.35em" textAnchor="middle" className="react-flow__edge-text">
        {words}
      </text>
    </>
  );
}

/** Below this zoom words cannot be read. */
const SMALLEST = 0.6;

const TYPES = { entity: EntityBox, siblings: GroupBox };
const EDGES = { routed: RoutedLine };

/**
 * Layered left to right. Tab walks the nodes, Enter opens an entity or a group, left and right go along the edges, up and
 * down within a layer.
 */
export default function RelationsGraph(props: { drawn: Drawn; focus: string; toggle: (group: string) => void }) {
  const { drawn, focus, toggle } = props;
  const navigate = useNavigate();
  const { colorScheme } = useMantineColorScheme();
  const still = useReducedMotion();
  const box = useRef<HTMLDivElement>(null);
  const [flow, setFlow] = useState<ReactFlowInstance<EntityNode | GroupNode, RoutedEdge> | null>(null);
  const { data, error } = useQuery({
    queryKey: ['layout', focus, signature(drawn)],
    queryFn: async () => ({ drawn, layout: await layOut(drawn) }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const nodes = useMemo(() => data?.drawn.nodes.map((node) => toNode(node, data.layout, focus)) ?? [], [data, focus]);
  const edges = useMemo(
    () =>
      data?.drawn.edges.flatMap((edge): RoutedEdge[] => {
        const route = data.layout.edges.get(edge.id);
        const { id, source, target } = edge;
        return route ? [{ id, source, target, type: 'routed', data: { words: edgeWords(edge), route }, ...EDGE }] : [];
      }) ?? [],
    [data],
  );
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      if (!flow) return;
      const duration = still ? 0 : 120;
      void flow.fitView({ padding: 0.08, maxZoom: 1, duration: 0 }).then(() => {
        const start = nodes.find((n) => n.id === focus);
        if (!start || !box.current || flow.getZoom() >= SMALLEST) return;
        // All of it would be too small to read: the rest is dragged in.
        const view = { width: box.current.clientWidth, height: box.current.clientHeight };
        void flow.setViewport(startView(nodes, start, view, SMALLEST), { duration });
      });
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [flow, nodes, focus, still]);

  const act = (node: EntityNode | GroupNode) => {
    if (node.type === 'siblings') toggle(node.id);
    else void navigate(refPath(node.id));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement;
    const id = target.closest<HTMLElement>('.react-flow__node')?.dataset['id'];
    const node = nodes.find((n) => n.id === id);
    if (!node || target.closest('a')) return; // a link in an open group is a link
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      event.stopPropagation();
      act(node);
      return;
    }
    const next = neighbour(node, event.key, nodes, edges);
    if (next) {
      event.preventDefault();
      event.currentTarget.querySelector<HTMLElement>(`[data-id="${CSS.escape(next)}"]`)?.focus();
    }
  };

  if (error)
    return <ErrorState what="The graph could not be laid out" error={error} kept="The list shows the same content." />;
  if (!data) return <Loading what="Laying out the graph" />;
  return (
    // The graph handles the keys of its nodes, which are focusable themselves.
    <div className="graph" ref={box} onKeyDownCapture={onKeyDown}>
      <ReactFlow
        key={focus}
        nodes={nodes}
        edges={edges}
        nodeTypes={TYPES}
        edgeTypes={EDGES}
        onInit={setFlow}
        colorMode={colorScheme === 'auto' ? 'system' : colorScheme}
        minZoom={0.1}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        preventScrolling={false}
        onNodeClick={(event, node) => {
          if (!(event.target as HTMLElement).closest('a')) act(node);
        }}
        aria-label="Graph of relations"
      >
        <Background gap={24} color="var(--p-border)" />
        <Controls showInteractive={false} position="top-right" />
      </ReactFlow>
    </div>
  );
}

const EDGE = {
  focusable: false,
  markerEnd: { type: MarkerType.ArrowClosed, color: 'var(--p-border-strong)' },
};

function signature({ nodes, edges }: Drawn): string {
  return [...nodes.map((n) => (n.is === 'group' && n.open ? `+${n.id}` : n.id)), ...edges.map((e) => e.id)].join('|');
}

function toNode(drawn: DrawnNode, layout: Layout, focus: string): EntityNode | GroupNode {
  const place = { id: drawn.id, position: layout.nodes.get(drawn.id) ?? { x: 0, y: 0 }, ...sizeOf(drawn) };
  if (drawn.is === 'group') {
    const ariaLabel = `${groupTitle(drawn)}, Enter ${drawn.open ? 'folds them' : 'lists them'}`;
    return { ...place, type: 'siblings', ariaLabel, data: { group: drawn } };
  }
  const { ref, title, known } = drawn.node;
  const ariaLabel = `${kindWord(parseRef(ref).kind)} ${title}, Enter opens it`;
  return { ...place, type: 'entity', ariaLabel, data: { title, known, focus: ref === focus } };
}

/** Where an arrow key leads from a node. */
export function neighbour(
  from: { id: string; position: { x: number; y: number } },
  key: string,
  nodes: { id: string; position: { x: number; y: number } }[],
  edges: { source: string; target: string }[],
): string | undefined {
  if (key === 'ArrowRight') return edges.find((e) => e.source === from.id)?.target;
  if (key === 'ArrowLeft') return edges.find((e) => e.target === from.id)?.source;
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined;
  const way = key === 'ArrowDown' ? 1 : -1;
  return nodes
    .filter((n) => Math.abs(n.position.x - from.position.x) < 40 && (n.position.y - from.position.y) * way > 0)
    .sort((a, b) => (a.position.y - b.position.y) * way)[0]?.id;
}
