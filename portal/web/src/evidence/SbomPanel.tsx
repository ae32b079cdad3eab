import { Button, TextInput } from '@mantine/core';
import { IconDownload, IconPackages, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getRelease, sbomUrl } from '../api/polder';
import type { SbomComponent } from '../api/types';
import { bytes, count, plural } from '../format/numbers';
import { Copyable } from '../ui/Copy';
import { DataTable, type Column } from '../ui/DataTable';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { FactsList } from '../ui/FactsList';
import { Loading } from '../ui/Loading';
import { Panel } from '../ui/Panel';
import { Time } from '../ui/Time';
import { useUrlState } from '../ui/useUrlState';

const COLUMNS: Column<SbomComponent>[] = [
  {
    id: 'name',
    header: 'Component',
    sortable: true,
    value: (c) => c.name,
    cell: (c) => <span className="mono clip">{c.name}</span>,
  },
  {
    id: 'version',
    header: 'Version',
    sortable: true,
    value: (c) => c.version,
    cell: (c) => <span className="mono">{c.version ?? '–'}</span>,
  },
  { id: 'type', header: 'Type', sortable: true, value: (c) => c.type, cell: (c) => c.type },
  {
    id: 'licenses',
    header: 'Licences',
    sortable: true,
    value: (c) => c.licenses.join(', ') || null,
    cell: (c) =>
      c.licenses.length > 0 ? (
        <span className="clip">{c.licenses.join(', ')}</span>
      ) : (
        <span className="dim">not stated</span>
      ),
  },
  {
    id: 'purl',
    header: 'Package URL',
    value: (c) => c.purl,
    cell: (c) =>
      c.purl ? (
        <span className="mono tiny clip" title={c.purl}>
          {c.purl}
        </span>
      ) : (
        <span className="dim">–</span>
      ),
  },
];

/** What is in a release: its facts, and every component of its SBOM. */
export function SbomPanel({ release: name }: { release: string }) {
  const [params, change] = useUrlState();
  const text = params.get('sbom') ?? '';
  const [sort, setSort] = useState({ id: 'name', descending: false });
  const query = useQuery({ queryKey: ['release', name], queryFn: ({ signal }) => getRelease(name, signal) });
  const all = query.data?.sbomSummary ?? [];
  const words = text.toLowerCase();
  const shown = all.filter((c) =>
    `${c.name} ${c.version ?? ''} ${c.purl ?? ''} ${c.licenses.join(' ')}`.toLowerCase().includes(words),
  );
  return (
    <Panel
      title={`SBOM of ${name}`}
      flush
      side={
        <>
          <TextInput
            size="xs"
            leftSection={<IconSearch size={14} />}
            placeholder="Search components, licences"
            aria-label="Search the SBOM"
            value={text}
            onChange={(e) => {
              change({ sbom: e.currentTarget.value });
            }}
          />
          <Button
            component="a"
            href={sbomUrl(name)}
            download
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} />}
          >
            CycloneDX
          </Button>
        </>
      }
    >
      {query.error && (
        <ErrorState what="The release could not be read" error={query.error} retry={() => void query.refetch()} />
      )}
      {query.isPending && <Loading what="Reading the SBOM" />}
      {query.data && (
        <>
          <div className="panel-body">
            <FactsList
              facts={[
                [
                  'Module',
                  <span key="wasm">
                    <Copyable text={query.data.wasm} what="the digest of the module" />{' '}
                    <span className="dim">{bytes(query.data.wasmBytes)}</span>
                  </span>,
                ],
                [
                  'Commit',
                  query.data.commit ? <Copyable key="commit" text={query.data.commit} what="the commit" /> : null,
                ],
                ['SBOM', <Copyable key="sbom" text={query.data.sbom} what="the digest of the SBOM" />],
                ['Made', <Time key="made" at={query.data.createdAt} />],
                [
                  'Shown',
                  text
                    ? `${count(shown.length)} of ${plural(all.length, 'component')}`
                    : plural(all.length, 'component'),
                ],
              ]}
            />
          </div>
          <DataTable
            label="Components of the SBOM"
            columns={COLUMNS}
            rows={shown}
            rowId={(c) => c.purl ?? `${c.name}@${c.version ?? ''}`}
            sort={sort}
            onSort={setSort}
            rowHeight={36}
            empty={
              <EmptyState
                compact
                icon={IconPackages}
                title="No component matches"
                text="Search by name, version, package URL or licence."
              />
            }
          />
        </>
      )}
    </Panel>
  );
}
