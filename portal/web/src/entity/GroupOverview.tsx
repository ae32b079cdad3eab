import { useQuery } from '@tanstack/react-query';
import { IconUsers } from '@tabler/icons-react';
import { findEntities } from '../api/catalog';
import { entityRef, hasStrip, related, specText } from '../api/entity';
import type { Entity } from '../api/types';
import { count } from '../format/numbers';
import { ProvenCell, RunsCell, TalksCell } from '../strip/StripCells';
import { DataTable, type Column } from '../ui/DataTable';
import { EmptyState } from '../ui/EmptyState';
import { EntityLink } from '../ui/EntityLink';
import { ErrorState } from '../ui/ErrorState';
import { kindIcon, kindWord } from '../ui/kinds';
import { Loading } from '../ui/Loading';
import { PageLink } from '../ui/PageLink';
import { Panel } from '../ui/Panel';
import { useState } from 'react';
import { AboutFacts } from './AboutFacts';

/** A group or a user: what they own, and who belongs together. */
export function GroupOverview({ entity }: { entity: Entity }) {
  const ref = entityRef(entity);
  const people = related(entity, 'hasMember');
  const groups = [...related(entity, 'memberOf'), ...related(entity, 'childOf')];
  const children = related(entity, 'parentOf');
  return (
    <div className="grid-12">
      <div className="stack col-8">
        <Owned of={ref} />
      </div>
      <div className="stack col-4">
        <Panel title="About">
          <AboutFacts entity={entity} />
        </Panel>
        {entity.kind.toLowerCase() === 'group' && (
          <Refs title="Members" refs={people} empty="No user names this group in memberOf." />
        )}
        {groups.length > 0 && <Refs title="Belongs to" refs={groups} empty="" />}
        {children.length > 0 && <Refs title="Has groups" refs={children} empty="" />}
      </div>
    </div>
  );
}

function Refs({ title, refs, empty }: { title: string; refs: string[]; empty: string }) {
  return (
    <Panel title={title} side={<span className="num dim small">{count(refs.length)}</span>} flush>
      {refs.length === 0 ? (
        <EmptyState compact icon={IconUsers} title="Nobody yet" text={empty} />
      ) : (
        <ul className="plain-list">
          {refs.map((ref) => (
            <li key={ref} className="list-row">
              <EntityLink entity={ref} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const COLUMNS: Column<Entity>[] = [
  {
    id: 'name',
    header: 'Name',
    sortable: true,
    value: (e) => e.metadata.name,
    cell: (e) => <EntityLink entity={entityRef(e)} title={e.metadata.title ?? e.metadata.name} />,
  },
  {
    id: 'type',
    header: 'Type',
    sortable: true,
    value: (e) => specText(e, 'type'),
    cell: (e) => specText(e, 'type') ?? '–',
  },
  ...(
    [
      ['runs', 'Runs', RunsCell],
      ['talks', 'Talks', TalksCell],
      ['proven', 'Proven', ProvenCell],
    ] as const
  ).map(([id, header, Cell]) => ({
    id,
    header,
    cell: (e: Entity) => (hasStrip(entityRef(e)) ? <Cell of={entityRef(e)} /> : <span className="dim">–</span>),
  })),
];

function Owned({ of }: { of: string }) {
  const [sort, setSort] = useState({ id: 'name', descending: false });
  const query = useQuery({
    queryKey: ['owned', of],
    queryFn: ({ signal }) => findEntities({ 'relations.ownedBy': [of] }, { limit: 500, signal }),
  });
  const kinds = new Map<string, number>();
  for (const { kind } of query.data ?? []) kinds.set(kind.toLowerCase(), (kinds.get(kind.toLowerCase()) ?? 0) + 1);
  return (
    <Panel
      title="Owns"
      side={[...kinds].map(([kind, n]) => {
        const Shape = kindIcon(kind);
        return (
          <PageLink key={kind} to={`/catalog?kind=${kind}&owner=${encodeURIComponent(of)}`} className="tag">
            <Shape size={13} aria-hidden />
            {count(n)} {kindWord(kind)}
          </PageLink>
        );
      })}
      flush
    >
      {query.error && (
        <ErrorState what="What it owns could not be read" error={query.error} retry={() => void query.refetch()} />
      )}
      {query.isPending && <Loading />}
      {query.data && (
        <DataTable
          label="Owned entities"
          columns={COLUMNS}
          rows={query.data}
          rowId={entityRef}
          sort={sort}
          onSort={setSort}
          empty={
            <EmptyState
              icon={IconUsers}
              title="Owns nothing yet"
              text={
                <>
                  Entities appear here when their <code>spec.owner</code> is <code>{of}</code>.
                </>
              }
              action={{ label: 'Create something', to: '/create' }}
            />
          }
        />
      )}
    </Panel>
  );
}
