import { SegmentedControl, Switch } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { entityRef } from '../api/entity';
import type { Entity } from '../api/types';
import { count } from '../format/numbers';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { Panel } from '../ui/Panel';
import { useUrlState } from '../ui/useUrlState';
import { fold } from './fold';
import { buildGraph, readNeighbourhood } from './graph';
import { RelationsList } from './RelationsList';

const RelationsGraph = lazy(() => import('./RelationsGraph'));

export default function RelationsTab({ entity }: { entity: Entity }) {
  const ref = entityRef(entity);
  const [params, change] = useUrlState();
  const hops = Math.min(4, Math.max(1, Number(params.get('hops') ?? 2) || 2));
  const all = params.get('all') === '1';
  const list = params.get('as') === 'list';
  const query = useQuery({
    queryKey: ['neighbourhood', ref, hops],
    queryFn: ({ signal }) => readNeighbourhood(ref, hops, signal),
    placeholderData: keepPreviousData,
  });
  const graph = useMemo(
    () => (query.data ? buildGraph(ref, query.data, hops, all) : null),
    [query.data, ref, hops, all],
  );
  const open = params.getAll('open').join('\n');
  const drawn = useMemo(() => (graph ? fold(graph, ref, open.split('\n')) : null), [graph, ref, open]);
  const toggle = (group: string) => {
    const now = params.getAll('open');
    change({ open: now.includes(group) ? now.filter((each) => each !== group) : [...now, group] });
  };
  const left = (graph?.left ?? 0) + (list ? 0 : (drawn?.left ?? 0));
  return (
    <Panel
      title="Relations"
      flush
      side={
        <div className="row row-wrap">
          <Switch
            size="xs"
            label="Owners and siblings"
            checked={all}
            onChange={(e) => {
              change({ all: e.currentTarget.checked ? '1' : null });
            }}
          />
          <SegmentedControl
            size="xs"
            aria-label="How far"
            value={String(hops)}
            onChange={(value) => {
              change({ hops: value === '2' ? null : value });
            }}
            data={[
              { value: '1', label: '1 hop' },
              { value: '2', label: '2 hops' },
              { value: '3', label: '3 hops' },
            ]}
          />
          <SegmentedControl
            size="xs"
            aria-label="Shown as"
            value={list ? 'list' : 'graph'}
            onChange={(value) => {
              change({ as: value === 'list' ? 'list' : null });
            }}
            data={[
              { value: 'graph', label: 'Graph' },
              { value: 'list', label: 'List' },
            ]}
          />
        </div>
      }
    >
      {query.error && (
        <ErrorState what="The relations could not be read" error={query.error} retry={() => void query.refetch()} />
      )}
      {!graph && !query.error && <Loading what="Reading the relations" />}
      {graph && list && <RelationsList graph={graph} />}
      {drawn && !list && (
        <Suspense fallback={<Loading what="Loading the graph" />}>
          <RelationsGraph drawn={drawn} focus={ref} toggle={toggle} />
        </Suspense>
      )}
      {left > 0 && (
        <p className="panel-body dim small">
          {count(left)} left out to keep {list ? 'the list' : 'the graph'} readable; fewer hops show all.
        </p>
      )}
    </Panel>
  );
}
