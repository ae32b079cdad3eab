import {
  Background,
  Controls,
  Handle,
  MarkerType,
  Position,
  ReactFlow,
  type Edge,
  type Node,
  type NodeProps,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMantineColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';
import { parseRef, refPath } from '../format/refs';
import { ErrorState } from '../ui/ErrorState';
import { kindIcon, kindWord } from '../ui/kinds';
import { Loading } from '../ui/Loading';
import type { Graph } from './graph';
import { layOut, NODE } from './layout';
import { relationWord } from './relation-words';

type EntityNode = Node<{ title: string; known: boolean; focus: boolean }, 'entity'>;

function EntityBox({ id, data }: NodeProps<EntityNode>) {
  const Shape = kindIcon(parseRef(id).kind);
  return (
    <div className={`graph-node${data.focus ? ' focus' : ''}${data.known ? '' : ' unknown'}`} title={id}>
      <Handle type="target" position={Position.Left} isConnectable={false} style={{ visibility: 'hidden' }} />
      <Shape size={16} stroke={1.6} aria-hidden />
      <span className="clip">{data.title}</span>
      <Handle type="source" position={Position.Right} isConnectable={false} style={{ visibility: 'hidden' }} />
    </div>
  );
}

const TYPES = { entity: EntityBox };

/** Layered left to right; Tab walks the nodes, Enter opens one, arrows of the keyboard go along the edges. */
export default function RelationsGraph({ graph, focus }: { graph: Graph; focus: string }) {
  const navigate = useNavigate();
  const { colorScheme } = useMantineColorScheme();
  const still = useReducedMotion();
  const places = useQuery({
    queryKey: ['layout', graph.edges.map((e) => e.id).join('|'), focus],
    queryFn: () => layOut(graph),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const nodes = useMemo(
    () =>
      graph.nodes.map(({ ref, title, known }): EntityNode => ({
        id: ref,
        type: 'entity',
        position: places.data?.get(ref) ?? { x: 0, y: 0 },
        ...NODE,
        data: { title, known, focus: ref === focus },
        ariaLabel: `${kindWord(parseRef(ref).kind)} ${title}, Enter opens it`,
      })),
    [graph, places.data, focus],
  );
  const edges = useMemo(
    () =>
      graph.edges.map(({ id, source, target, type }): Edge => ({
        id,
        source,
        target,
        label: relationWord(type),
        focusable: false,
        labelBgPadding: [4, 2],
        markerEnd: { type: MarkerType.ArrowClosed, color: 'var(--p-border-strong)' },
      })),
    [graph],
  );

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const ref = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node')?.dataset['id'];
    if (!ref) return;
    if (event.key === 'Enter') void navigate(refPath(ref));
    const next =
      event.key === 'ArrowRight'
        ? graph.edges.find((e) => e.source === ref)?.target
        : event.key === 'ArrowLeft'
          ? graph.edges.find((e) => e.target === ref)?.source
          : undefined;
    if (next) {
      event.preventDefault();
      event.currentTarget.querySelector<HTMLElement>(`[data-id="${CSS.escape(next)}"]`)?.focus();
    }
  };

  if (places.error)
    return (
      <ErrorState what="The graph could not be laid out" error={places.error} kept="The list shows the same content." />
    );
  if (!places.data) return <Loading what="Laying out the graph" />;
  return (
    // The graph handles the keys of its nodes, which are focusable themselves.
    <div className="graph" onKeyDownCapture={onKeyDown}>
      <ReactFlow
        key={`${focus} ${graph.edges.length} ${places.isPlaceholderData}`}
        nodes={nodes}
        edges={edges}
        nodeTypes={TYPES}
        colorMode={colorScheme === 'auto' ? 'system' : colorScheme}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1, duration: still ? 0 : 120 }}
        minZoom={0.2}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        preventScrolling={false}
        onNodeClick={(_, node) => void navigate(refPath(node.id))}
        aria-label="Graph of relations"
      >
        <Background gap={24} color="var(--p-border)" />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}
