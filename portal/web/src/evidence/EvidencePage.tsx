import { TextInput } from '@mantine/core';
import { IconSearch, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { listReleases } from '../api/polder';
import { plural } from '../format/numbers';
import { DataTable } from '../ui/DataTable';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { FilterButton } from '../ui/FilterButton';
import { Loading } from '../ui/Loading';
import { PageHeader } from '../ui/PageHeader';
import { SidePanel } from '../ui/SidePanel';
import { useKeys } from '../ui/useKeys';
import { changeParams, useUrlState } from '../ui/useUrlState';
import { releaseColumns } from './release-columns';
import { SbomPanel } from './SbomPanel';

/** Every release of the platform, newest first. */
export default function EvidencePage() {
  const [params, change] = useUrlState();
  const [sort, setSort] = useState({ id: 'created', descending: true });
  const search = useRef<HTMLInputElement>(null);
  const query = useQuery({
    queryKey: ['releases', null],
    queryFn: ({ signal }) => listReleases(null, signal),
    refetchInterval: 15_000,
  });
  const text = (params.get('q') ?? '').toLowerCase();
  const languages = params.getAll('language');
  const all = useMemo(() => query.data ?? [], [query.data]);
  const shown = all.filter(
    (r) =>
      `${r.name} ${r.ref} ${r.commit ?? ''} ${r.wasm}`.toLowerCase().includes(text) &&
      (languages.length === 0 || languages.includes(r.language)),
  );
  const counts = useMemo(() => {
    const map = new Map<string, number>();
    for (const r of all) map.set(r.language, (map.get(r.language) ?? 0) + 1);
    return [...map].map(([value, n]) => ({ value, label: value, count: n }));
  }, [all]);
  const columns = useMemo(
    () => releaseColumns((r) => `/evidence?${changeParams(params, { panel: r.name }).toString()}`, true),
    [params],
  );
  useKeys({
    '/': (event) => {
      event.preventDefault();
      search.current?.focus();
    },
  });
  const panel = params.get('panel');
  return (
    <div className="page page-wide page-fill">
      <PageHeader
        title="Evidence"
        lead={query.data ? plural(shown.length, 'release') : 'What was released, and what is in it'}
      />
      <div className="toolbar">
        <TextInput
          ref={search}
          className="toolbar-search"
          size="xs"
          leftSection={<IconSearch size={15} />}
          placeholder="Search releases, components, digests"
          aria-label="Search the releases"
          value={params.get('q') ?? ''}
          onChange={(e) => {
            change({ q: e.currentTarget.value });
          }}
        />
        <FilterButton
          label="Language"
          options={counts}
          chosen={languages}
          onChange={(values) => {
            change({ language: values });
          }}
        />
      </div>
      {query.error && (
        <ErrorState what="The releases could not be read" error={query.error} retry={() => void query.refetch()} />
      )}
      {query.isPending && <Loading rows={8} what="Reading the releases" />}
      {query.data && (
        <DataTable
          label="Releases"
          columns={columns}
          rows={shown}
          rowId={(r) => r.name}
          sort={sort}
          onSort={setSort}
          selected={panel}
          fill
          empty={
            <EmptyState
              icon={IconShieldCheck}
              title={all.length > 0 ? 'No release matches' : 'No release yet'}
              text="Each deploy of a service makes a release with an SBOM. It is kept by digest and can be downloaded."
              action={
                all.length > 0
                  ? {
                      label: 'Clear the filters',
                      onClick: () => {
                        change({ q: null, language: null });
                      },
                    }
                  : { label: 'Create a service', to: '/create' }
              }
            />
          }
        />
      )}
      <SidePanel
        opened={panel !== null}
        onClose={() => {
          change({ panel: null, sbom: null });
        }}
        title={panel ?? ''}
      >
        {panel && <SbomPanel release={panel} />}
      </SidePanel>
    </div>
  );
}
