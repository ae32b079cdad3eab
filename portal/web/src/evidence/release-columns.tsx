import type { Release } from '../api/types';
import { bytes, count } from '../format/numbers';
import { shortDigest } from '../format/refs';
import type { Column } from '../ui/DataTable';
import { EntityLink } from '../ui/EntityLink';
import { PageLink } from '../ui/PageLink';
import { Time } from '../ui/Time';

/** Columns of a list of releases; `to` is where a release opens. */
export function releaseColumns(to: (release: Release) => string, withComponent: boolean): Column<Release>[] {
  const columns: Column<Release>[] = [
    {
      id: 'name',
      header: 'Release',
      sortable: true,
      value: (r) => r.name,
      cell: (r) => (
        <PageLink to={to(r)} className="mono clip">
          {r.name}
        </PageLink>
      ),
    },
    {
      id: 'ref',
      header: 'Component',
      sortable: true,
      value: (r) => r.ref,
      cell: (r) => <EntityLink entity={r.ref} tab="evidence" />,
    },
    {
      id: 'created',
      header: 'Made',
      sortable: true,
      value: (r) => r.createdAt,
      cell: (r) => <Time at={r.createdAt} />,
    },
    { id: 'language', header: 'Language', sortable: true, value: (r) => r.language, cell: (r) => r.language },
    {
      id: 'wasm',
      header: 'Module',
      cell: (r) => (
        <span className="mono" title={r.wasm}>
          {shortDigest(r.wasm)}
        </span>
      ),
    },
    {
      id: 'size',
      header: 'Size',
      align: 'right',
      sortable: true,
      value: (r) => r.wasmBytes,
      cell: (r) => bytes(r.wasmBytes),
    },
    {
      id: 'commit',
      header: 'Commit',
      cell: (r) =>
        r.commit ? (
          <span className="mono" title={r.commit}>
            {shortDigest(r.commit)}
          </span>
        ) : (
          <span className="dim">–</span>
        ),
    },
    {
      id: 'components',
      header: 'In SBOM',
      align: 'right',
      sortable: true,
      value: (r) => r.components,
      cell: (r) => count(r.components),
    },
  ];
  return withComponent ? columns : columns.filter((c) => c.id !== 'ref');
}
