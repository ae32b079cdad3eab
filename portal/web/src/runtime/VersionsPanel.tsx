import { IconVersions } from '@tabler/icons-react';
import type { WorkloadVersion } from '../api/types';
import { shortDigest } from '../format/refs';
import { CopyButton } from '../ui/Copy';
import { EmptyState } from '../ui/EmptyState';
import { Panel } from '../ui/Panel';
import { Status, type StatusKind } from '../ui/Status';
import { Time } from '../ui/Time';
import './chart.css';

const STATE: Record<WorkloadVersion['state'], { kind: StatusKind; word: string }> = {
  serving: { kind: 'good', word: 'Serving' },
  replaced: { kind: 'unknown', word: 'Replaced' },
  failed: { kind: 'critical', word: 'Failed' },
};

/** What was deployed, newest first; a failed one shows the compiler's own words. */
export function VersionsPanel({ versions }: { versions: WorkloadVersion[] }) {
  return (
    <Panel title="Versions" flush>
      {versions.length === 0 && (
        <EmptyState compact icon={IconVersions} title="No version yet" text="The first deploy makes one." />
      )}
      <ul className="plain-list">
        {versions.map((version) => {
          const state = STATE[version.state];
          return (
            <li key={`${version.digest} ${version.deployedAt}`} className="panel-body">
              <div className="row row-wrap small">
                <Status kind={state.kind} word={state.word} />
                <span className="mono" title={version.digest}>
                  {version.digest ? shortDigest(version.digest) : 'no module'}
                </span>
                {version.digest && <CopyButton text={version.digest} what="the digest" />}
                {version.commit && (
                  <span className="dim" title={version.commit}>
                    commit <span className="mono">{shortDigest(version.commit)}</span>
                  </span>
                )}
                <span className="push dim">
                  <Time at={version.deployedAt} />
                </span>
              </div>
              {version.error && (
                <pre className="compiler-words" tabIndex={0} role="region" aria-label="Why it failed">
                  {version.error}
                </pre>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
