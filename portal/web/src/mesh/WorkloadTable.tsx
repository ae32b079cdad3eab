import { IconTopologyStar3 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listWorkloads } from '../api/polder';
import type { Workload } from '../api/types';
import { TalksCell } from '../strip/StripCells';
import { DataTable, type Column } from '../ui/DataTable';
import { EmptyState } from '../ui/EmptyState';
import { EntityLink } from '../ui/EntityLink';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { Time } from '../ui/Time';
import { WorkloadState } from '../runtime/WorkloadState';

const MESH: Column<Workload>[] = [
  {
    id: 'workload',
    header: 'Workload',
    sortable: true,
    value: (w) => w.workload,
    cell: (w) => <EntityLink entity={w.ref} title={w.workload} tab="runtime" />,
  },
  {
    id: 'state',
    header: 'State',
    sortable: true,
    value: (w) => w.state,
    cell: (w) => <WorkloadState state={w.state} reason={null} />,
  },
  { id: 'talks', header: 'Talks', cell: (w) => <TalksCell of={w.ref} /> },
  {
    id: 'spiffe',
    header: 'Identity',
    value: (w) => w.spiffeId,
    cell: (w) => (
      <span className="mono tiny clip" title={w.spiffeId}>
        {w.spiffeId}
      </span>
    ),
  },
  {
    id: 'renews',
    header: 'Certificate renews',
    value: (w) => w.certificate?.renewsAt ?? null,
    sortable: true,
    cell: (w) => (w.certificate ? <Time at={w.certificate.renewsAt} /> : '–'),
  },
  {
    id: 'address',
    header: 'Address',
    value: (w) => w.address,
    cell: (w) => <span className="mono">{w.address ?? '–'}</span>,
  },
];

const WASM: Column<Workload>[] = [
  {
    id: 'workload',
    header: 'App',
    sortable: true,
    value: (w) => w.workload,
    cell: (w) => <EntityLink entity={w.ref} title={w.workload} tab="runtime" />,
  },
  {
    id: 'state',
    header: 'State',
    sortable: true,
    value: (w) => w.state,
    cell: (w) => <WorkloadState state={w.state} reason={w.reason} />,
  },
  {
    id: 'engine',
    header: 'Engine',
    sortable: true,
    value: (w) => w.engine?.name ?? null,
    cell: (w) => (w.engine ? `${w.engine.name} ${w.engine.version}` : '–'),
  },
  {
    id: 'triggers',
    header: 'Triggers',
    cell: (w) => (
      <span className="mono clip">
        {w.triggers.map((t) => `${t.kind} ${t.route} (${t.executor})`).join(', ') || '–'}
      </span>
    ),
  },
  {
    id: 'url',
    header: 'URL',
    cell: (w) =>
      w.url ? (
        <a href={w.url} className="clip">
          {w.url}
        </a>
      ) : (
        '–'
      ),
  },
  { id: 'branch', header: 'Branch', cell: (w) => (w.git ? <span className="mono">{w.git.branch}</span> : '–') },
];

/** Every workload; `view` chooses what is told of it. */
export function WorkloadTable({ view }: { view: 'mesh' | 'wasm' }) {
  const [sort, setSort] = useState({ id: 'workload', descending: false });
  const query = useQuery({
    queryKey: ['workloads'],
    queryFn: ({ signal }) => listWorkloads(signal),
    refetchInterval: 5_000,
  });
  if (query.error && !query.data)
    return <ErrorState what="The workloads could not be read" error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <Loading rows={8} what="Reading the workloads" />;
  return (
    <DataTable
      label={view === 'mesh' ? 'Workloads' : 'Apps'}
      columns={view === 'mesh' ? MESH : WASM}
      rows={query.data ?? []}
      rowId={(w) => w.workload}
      sort={sort}
      onSort={setSort}
      fill
      empty={
        <EmptyState
          icon={IconTopologyStar3}
          title="Nothing runs yet"
          text="A service made from a template runs at once, with an identity in the mesh and a route through the gateway."
          action={{ label: 'Create a service', to: '/create' }}
        />
      }
    />
  );
}
