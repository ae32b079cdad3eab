import { TextInput } from '@mantine/core';
import { useViewportSize } from '@mantine/hooks';
import { IconSearch, IconTopologyStar3 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { listWorkloads } from '../api/polder';
import type { AppFigures, Workload as Whole } from '../api/types';
import { count, percent, plural, rate } from '../format/numbers';
import { TalksCell } from '../strip/StripCells';
import { DataTable, type Column, type Sort } from '../ui/DataTable';
import { EmptyState } from '../ui/EmptyState';
import { EntityLink } from '../ui/EntityLink';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { useUrlState } from '../ui/useUrlState';
import { shortTime } from '../wasm/histogram';
import { WorkloadState } from '../runtime/WorkloadState';

const FIELDS = {
  mesh: ['ref', 'workload', 'state', 'spiffeId', 'certificate', 'address'],
  wasm: ['ref', 'workload', 'state', 'reason', 'activity', 'deployingSince', 'engine', 'figures'],
} as const;
/** A row; what the view does not ask for is not there. */
type Workload = Pick<Whole, 'ref' | 'workload' | 'state'> & Partial<Whole>;

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
    value: (w) => w.spiffeId ?? null,
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
    value: (w) => w.address ?? null,
    cell: (w) => <span className="mono">{w.address ?? '–'}</span>,
  },
];

const figure = (w: Workload, of: (figures: AppFigures) => number | null): number | null =>
  w.figures ? of(w.figures) : null;

const numeric = (
  id: string,
  header: string,
  of: (figures: AppFigures) => number | null,
  format: (value: number) => string,
): Column<Workload> => ({
  id,
  header,
  align: 'right',
  sortable: true,
  // What has no figure yet comes after all that have, highest first.
  value: (w) => figure(w, of) ?? -1,
  cell: (w) => {
    const value = figure(w, of);
    return value === null ? <span className="dim">–</span> : format(value);
  },
});

const WASM: Column<Workload>[] = [
  {
    id: 'workload',
    header: 'App',
    sortable: true,
    value: (w) => w.workload,
    cell: (w) => <EntityLink entity={w.ref} title={w.workload} tab="wasm" />,
  },
  {
    id: 'state',
    header: 'State',
    sortable: true,
    value: (w) => w.state,
    cell: (w) => (
      <span title={w.reason ?? (w.activity === 'idle' ? 'It let go of its code, the next request has it again' : undefined)}>
        <WorkloadState
          state={w.deployingSince ? 'deploying' : w.activity === 'idle' ? 'idle' : w.state}
          reason={null}
        />
      </span>
    ),
  },
  {
    id: 'triggers',
    header: 'Triggers',
    cell: (w) => <Triggers of={w} />,
  },
  {
    id: 'language',
    header: 'Language',
    sortable: true,
    value: (w) => w.figures?.languages.join(', ') || null,
    cell: (w) => w.figures?.languages.join(', ') || <span className="dim">–</span>,
  },
  numeric('rps', 'req/s', (f) => f.rps, rate),
  numeric('errors', 'Errors', (f) => (f.rps > 0 ? f.errorRate : null), percent),
  numeric('p99', 'p99', (f) => f.p99Ms, shortTime),
  numeric('live', 'Instances', (f) => f.live, count),
  numeric('requests', 'Requests', (f) => f.requests, count),
  {
    ...numeric('traps', 'Traps', (f) => f.traps, count),
    cell: (w) => {
      const traps = w.figures?.traps ?? 0;
      return traps > 0 ? <Status kind="critical" word={count(traps)} /> : '0';
    },
  },
  {
    id: 'deployed',
    header: 'Deployed',
    sortable: true,
    value: (w) => w.figures?.deployedAt ?? null,
    cell: (w) => (w.figures?.deployedAt ? <Time at={w.figures.deployedAt} /> : <span className="dim">–</span>),
  },
];

/** Pixels from which every column has place. */
const ROOM = 1360;
const NARROW = new Set(['deployed']);

const triggerWord = ({ kind, source }: AppFigures['triggers'][number]): string => `${kind} ${source ?? 'private'}`;

function Triggers({ of }: { of: Workload }) {
  const all = (of.figures?.triggers ?? []).map(triggerWord);
  if (all.length === 0) return <span className="dim">–</span>;
  return (
    <span className="row" title={all.join('\n')}>
      <span className="mono tiny clip app-trigger">{all[0]}</span>
      {all.length > 1 && <span className="dim tiny nowrap">+{all.length - 1}</span>}
    </span>
  );
}

/** Every workload; `view` chooses what is told of it. */
export function WorkloadTable({ view }: { view: 'mesh' | 'wasm' }) {
  const [params, change] = useUrlState();
  const sort = readSort(params.get('sort'));
  const words = params.get('q') ?? '';
  const { width } = useViewportSize();
  const query = useQuery({
    queryKey: ['workloads', view],
    queryFn: ({ signal }): Promise<Workload[]> => listWorkloads(FIELDS[view], signal),
    refetchInterval: 5_000,
  });
  if (query.error && !query.data)
    return <ErrorState what="The workloads could not be read" error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <Loading rows={8} what="Reading the workloads" />;
  const rows = (query.data ?? []).filter((w) => matches(w, words));
  return (
    <>
      <div className="row">
        <TextInput
          size="xs"
          w={240}
          leftSection={<IconSearch size={14} />}
          placeholder="Name, state, language, trigger"
          aria-label={view === 'mesh' ? 'Search the workloads' : 'Search the apps'}
          value={words}
          onChange={(e) => {
            change({ q: e.currentTarget.value });
          }}
        />
        <span className="tiny dim num" aria-live="polite">
          {words === ''
            ? plural(rows.length, view === 'mesh' ? 'workload' : 'app')
            : `${count(rows.length)} of ${count(query.data.length)}`}
        </span>
      </div>
      <DataTable
        label={view === 'mesh' ? 'Workloads' : 'Apps'}
        columns={view === 'mesh' ? MESH : WASM}
        hidden={width > 0 && width < ROOM ? NARROW : undefined}
        rows={rows}
        rowId={(w) => w.workload}
        sort={sort}
        onSort={({ id, descending }) => {
          change({ sort: `${descending ? '-' : ''}${id}` });
        }}
        fill
        empty={
          words !== '' ? (
            <EmptyState icon={IconSearch} title="None of them" text={`Nothing that runs has “${words}” in its row.`} />
          ) : (
            <EmptyState
              icon={IconTopologyStar3}
              title="Nothing runs yet"
              text="A service made from a template runs at once, with an identity in the mesh and a route through the gateway."
              action={{ label: 'Create a service', to: '/create' }}
            />
          )
        }
      />
    </>
  );
}

function readSort(text: string | null): Sort {
  if (!text) return { id: 'workload', descending: false };
  return text.startsWith('-') ? { id: text.slice(1), descending: true } : { id: text, descending: false };
}

/** Every word stands somewhere in what the row says. */
export function matches(w: Workload, words: string): boolean {
  const text = [
    w.workload,
    w.state,
    w.engine?.name,
    ...(w.figures?.languages ?? []),
    ...(w.figures?.triggers ?? []).map(triggerWord),
  ]
    .join(' ')
    .toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
