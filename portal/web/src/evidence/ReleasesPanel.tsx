import { IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { listReleases } from '../api/polder';
import { plural } from '../format/numbers';
import { refPath, shortDigest } from '../format/refs';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { PageLink } from '../ui/PageLink';
import { Panel } from '../ui/Panel';
import { Time } from '../ui/Time';

/** The latest releases of a component, each with its SBOM. */
export function ReleasesPanel({ of, most }: { of: string; most: number }) {
  const query = useQuery({ queryKey: ['releases', of], queryFn: ({ signal }) => listReleases(of, signal) });
  return (
    <Panel title="Releases" side={<PageLink to={refPath(of, 'evidence')}>All evidence</PageLink>} flush>
      {query.error && (
        <ErrorState what="The releases could not be read" error={query.error} retry={() => void query.refetch()} />
      )}
      {query.isPending && <Loading rows={2} />}
      {query.data?.length === 0 && (
        <EmptyState
          compact
          icon={IconShieldCheck}
          title="No release yet"
          text="Each deploy makes one: the module's digest, its commit, and an SBOM of what is in it."
        />
      )}
      <ul className="plain-list">
        {query.data?.slice(0, most).map((release) => (
          <li key={release.name} className="list-row small">
            <PageLink
              to={`${refPath(of, 'evidence')}?release=${encodeURIComponent(release.name)}`}
              className="mono clip"
            >
              {release.name}
            </PageLink>
            <span className="mono dim" title={release.wasm}>
              {shortDigest(release.wasm)}
            </span>
            <span className="dim">{plural(release.components, 'component')}</span>
            <span className="push dim">
              <Time at={release.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
