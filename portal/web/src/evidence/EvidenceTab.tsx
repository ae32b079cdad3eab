import { IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { listReleases } from '../api/polder';
import { entityRef } from '../api/entity';
import type { Entity } from '../api/types';
import { refPath } from '../format/refs';
import { DataTable } from '../ui/DataTable';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { Panel } from '../ui/Panel';
import { useUrlState } from '../ui/useUrlState';
import { releaseColumns } from './release-columns';
import { SbomPanel } from './SbomPanel';

/** The releases of a component, and the SBOM of the chosen one: at first, of the latest. */
export default function EvidenceTab({ entity }: { entity: Entity }) {
  const ref = entityRef(entity);
  const [params] = useUrlState();
  const [sort, setSort] = useState({ id: 'created', descending: true });
  const query = useQuery({ queryKey: ['releases', ref], queryFn: ({ signal }) => listReleases(ref, signal) });
  const columns = useMemo(
    () => releaseColumns((r) => `${refPath(ref, 'evidence')}?release=${encodeURIComponent(r.name)}`, false),
    [ref],
  );
  const chosen = params.get('release') ?? query.data?.[0]?.name ?? null;
  if (query.error)
    return <ErrorState what="The releases could not be read" error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <Loading what="Reading the releases" />;
  if (query.data.length === 0) {
    return (
      <div className="panel">
        <EmptyState
          icon={IconShieldCheck}
          title="No release yet"
          text="Each deploy makes a release: the module's digest, the commit it was built from, and an SBOM of what is in it."
          action={{ label: 'Create a service from a template', to: '/create' }}
        />
      </div>
    );
  }
  return (
    <div className="stack">
      <Panel title="Releases" flush>
        <DataTable
          label="Releases"
          columns={columns}
          rows={query.data}
          rowId={(r) => r.name}
          sort={sort}
          onSort={setSort}
          selected={chosen}
        />
      </Panel>
      {chosen && <SbomPanel release={chosen} />}
    </div>
  );
}
