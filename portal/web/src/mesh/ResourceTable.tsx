import { IconFileCode } from '@tabler/icons-react';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { stringify } from 'yaml';
import { applyYaml, deleteResource, listResources } from '../api/polder';
import { ApiError } from '../api/problem';
import type { Resource } from '../api/types';
import { DataTable, type Column } from '../ui/DataTable';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { PageLink } from '../ui/PageLink';
import { Status } from '../ui/Status';
import { toast } from '../ui/toasts';
import { changeParams, useUrlState } from '../ui/useUrlState';
import { conditions, resourceLine } from './resource-text';
import { ResourcePanel } from './ResourcePanel';

const idOf = (r: Resource) => `${r.kind}/${r.metadata.namespace ?? '-'}/${r.metadata.name}`;

/** Lists resources of some kinds; one opens beside the list, and can be deleted with a way back. */
export function ResourceTable({ kinds, empty }: { kinds: string[]; empty: string }) {
  const [params, change] = useUrlState();
  const queries = useQueryClient();
  const [sort, setSort] = useState({ id: 'name', descending: false });
  const results = useQueries({
    queries: kinds.map((kind) => ({
      queryKey: ['resources', kind],
      // A kind that this Polder does not keep is an empty list; every other failure is shown.
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        listResources(kind, signal).catch((error: unknown) => {
          if (error instanceof ApiError && error.status === 404) return [];
          throw error;
        }),
      refetchInterval: 10_000,
    })),
  });
  const failed = results.find((r) => r.error);
  const rows = results.flatMap((r) => r.data ?? []);
  const columns = useMemo(
    (): Column<Resource>[] => [
      {
        id: 'name',
        header: 'Name',
        sortable: true,
        value: (r) => r.metadata.name,
        cell: (r) => (
          <PageLink to={`?${changeParams(params, { panel: idOf(r) }).toString()}`} className="mono clip">
            {r.metadata.name}
          </PageLink>
        ),
      },
      { id: 'kind', header: 'Kind', sortable: true, value: (r) => r.kind, cell: (r) => r.kind },
      {
        id: 'namespace',
        header: 'Namespace',
        sortable: true,
        value: (r) => r.metadata.namespace ?? null,
        cell: (r) => r.metadata.namespace ?? '–',
      },
      { id: 'what', header: 'What it does', cell: (r) => <span className="clip">{resourceLine(r) || '–'}</span> },
      { id: 'status', header: 'Status', cell: (r) => <State of={r} /> },
    ],
    [params],
  );

  const remove = async (resource: Resource) => {
    const { kind, metadata } = resource;
    try {
      await deleteResource(kind, metadata.namespace, metadata.name);
    } catch (error) {
      toast({
        kind: 'critical',
        text: `${kind} ${metadata.name} was not deleted: ${error instanceof Error ? error.message : String(error)}`,
      });
      return;
    }
    change({ panel: null });
    await queries.invalidateQueries({ queryKey: ['resources', kind] });
    toast({
      kind: 'notice',
      text: `${kind} ${metadata.name} is deleted`,
      undo: () => void restore(resource),
    });
  };
  const restore = async (resource: Resource) => {
    const { name, namespace, labels, annotations } = resource.metadata;
    const metadata = {
      name,
      ...(namespace ? { namespace } : {}),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    };
    try {
      await applyYaml(
        stringify({ apiVersion: resource.apiVersion, kind: resource.kind, metadata, spec: resource.spec }),
      );
      toast({ kind: 'good', text: `${resource.kind} ${name} is back` });
    } catch (error) {
      toast({
        kind: 'critical',
        text: `${resource.kind} ${name} could not be put back: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
    await queries.invalidateQueries({ queryKey: ['resources', resource.kind] });
  };

  const panel = params.get('panel');
  if (failed && rows.length === 0) {
    return (
      <ErrorState what="The resources could not be read" error={failed.error} retry={() => void failed.refetch()} />
    );
  }
  if (results.some((r) => r.isPending)) return <Loading rows={6} what="Reading the resources" />;
  return (
    <>
      <DataTable
        label={kinds.join(', ')}
        columns={columns}
        rows={rows}
        rowId={idOf}
        sort={sort}
        onSort={setSort}
        selected={panel}
        fill
        empty={
          <EmptyState
            icon={IconFileCode}
            title="None yet"
            text={
              <>
                {empty} <code>polder apply -f FILE</code> adds one.
              </>
            }
          />
        }
      />
      <ResourcePanel
        resource={rows.find((r) => idOf(r) === panel) ?? null}
        onClose={() => {
          change({ panel: null });
        }}
        onDelete={(r) => void remove(r)}
      />
    </>
  );
}

function State({ of }: { of: Resource }) {
  const all = conditions(of);
  const bad = all.find((c) => !c.ok);
  if (all.length === 0) return <span className="dim">–</span>;
  return bad ? (
    <span title={bad.message}>
      <Status kind="warning" word={`Not ${bad.type.toLowerCase()}`} quiet />
    </span>
  ) : (
    <Status kind="good" word={all.map((c) => c.type).at(0) ?? 'Ready'} quiet />
  );
}
