import { Button } from '@mantine/core';
import { IconHistory, IconVersions } from '@tabler/icons-react';
import { useState } from 'react';
import type { Workload, WorkloadVersion } from '../api/types';
import { plural } from '../format/numbers';
import { shortDigest, shortRef } from '../format/refs';
import { ActButton } from '../ui/ActButton';
import { CopyButton } from '../ui/Copy';
import { EmptyState } from '../ui/EmptyState';
import { Panel } from '../ui/Panel';
import { Status, type StatusKind } from '../ui/Status';
import { Time } from '../ui/Time';
import { useRollBack } from './useRollBack';
import './chart.css';

const STATE: Record<WorkloadVersion['state'], { kind: StatusKind; word: string }> = {
  serving: { kind: 'good', word: 'Serving' },
  replaced: { kind: 'unknown', word: 'Replaced' },
  failed: { kind: 'critical', word: 'Failed' },
};
const HOW: Record<string, string> = {
  push: 'pushed',
  template: 'made from a template',
  archive: 'uploaded',
  registry: 'from a registry',
  apply: 'applied',
  rollback: 'rolled back',
};
const FIRST = 8;

/** What was deployed, newest first: a failed one shows the compiler's own words, an earlier one can be served again. */
export function VersionsPanel({ workload }: { workload: Workload }) {
  const versions = workload.versions ?? [];
  const [all, setAll] = useState(false);
  const { rollBack, busy } = useRollBack(workload);
  return (
    <Panel title="Versions" flush>
      {versions.length === 0 && (
        <EmptyState compact icon={IconVersions} title="No version yet" text="The first deploy makes one." />
      )}
      <ol className="plain-list" aria-label="Versions, newest first">
        {versions.slice(0, all ? versions.length : FIRST).map((version) => (
          <Version key={version.number} version={version} state={workload.state} busy={busy} rollBack={rollBack} />
        ))}
      </ol>
      {!all && versions.length > FIRST && (
        <div className="panel-body">
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              setAll(true);
            }}
          >
            Show {plural(versions.length - FIRST, 'older one')}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Version(props: {
  version: WorkloadVersion;
  state: string;
  busy: number | null;
  rollBack: (version: WorkloadVersion) => void;
}) {
  const { version, state, busy, rollBack } = props;
  const shown =
    version.state === 'serving' && state === 'stopped'
      ? { kind: 'unknown' as const, word: 'Stopped' }
      : STATE[version.state];
  return (
    <li className="panel-body">
      <div className="row row-wrap small">
        <span className="num version-number">#{version.number}</span>
        <Status kind={shown.kind} word={shown.word} />
        <span className="mono" title={version.digest ?? undefined}>
          {version.digest ? shortDigest(version.digest) : 'no module'}
        </span>
        {version.digest && <CopyButton text={version.digest} what={`the digest of version ${version.number}`} />}
        {version.commit && (
          <span className="dim" title={version.commit}>
            commit <span className="mono">{shortDigest(version.commit)}</span>
          </span>
        )}
        <span className="push row">
          <span className="dim" title={version.deployedBy || undefined}>
            {[HOW[version.how] ?? version.how, version.deployedBy && `by ${shortRef(version.deployedBy)}`]
              .filter(Boolean)
              .join(' ')}
          </span>
          <span className="dim">
            <Time at={version.deployedAt} />
          </span>
          {version.rollback && (
            <ActButton
              size="compact-xs"
              variant="default"
              leftSection={<IconHistory size={14} />}
              loading={busy === version.number}
              disabled={busy !== null}
              aria-label={`Roll back to version ${version.number}`}
              onClick={() => {
                rollBack(version);
              }}
            >
              Roll back
            </ActButton>
          )}
        </span>
      </div>
      {version.error && (
        <pre className="compiler-words" tabIndex={0} role="region" aria-label={`Why version ${version.number} failed`}>
          {version.error}
        </pre>
      )}
    </li>
  );
}
