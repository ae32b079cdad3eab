import { IconGavel, IconLock, IconLockOpen } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Facts, Owned, Proven, Runs, Talks } from '../api/types';
import { count, millis, percent, plural, rate } from '../format/numbers';
import { refPath, shortDigest, shortRef } from '../format/refs';
import { PageLink } from '../ui/PageLink';
import { Sparkline } from '../ui/Sparkline';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { errorStatus, findingsText, HEALTH_WORD, currentRate, quiet } from './strip-text';
import './strip.css';

function Fact({ to, name, children }: { to: string; name: string; children: ReactNode }) {
  return (
    <PageLink to={to} className="strip-fact" title={undefined}>
      <span className="strip-name">{name}</span>
      {children}
    </PageLink>
  );
}

function None({ text, then }: { text: string; then: string }) {
  return (
    <>
      <span className="strip-main dim">{text}</span>
      <span className="strip-sub strip-action">{then}</span>
    </>
  );
}

function OwnedFact({ owned }: { owned: Owned }) {
  if (!owned.owner) return <None text="no owner" then="Set spec.owner in the descriptor" />;
  return (
    <>
      <span className="strip-main">
        <span className="clip">{shortRef(owned.owner)}</span>
      </span>
      <span className="strip-sub clip">
        {[owned.lifecycle, owned.system && shortRef(owned.system)].filter(Boolean).join(' · ') || 'no lifecycle'}
      </span>
    </>
  );
}

function RunsFact({ runs }: { runs: Runs | null }) {
  if (!runs) return <None text="not deployed" then="See how to deploy it" />;
  return (
    <>
      <span className="strip-main">
        <Status kind={runs.health} word={HEALTH_WORD[runs.health]} quiet />
        <span className="clip">{plural(runs.instances, 'instance')}</span>
      </span>
      <span className="strip-sub">
        <span className="mono" title={runs.version}>
          {shortDigest(runs.version)}
        </span>
        <span>
          · deployed <Time at={runs.deployedAt} />
        </span>
      </span>
    </>
  );
}

function TalksFact({ talks }: { talks: Talks | null }) {
  if (quiet(talks)) return <None text="no traffic in 1 h" then="Open its URL to send the first request" />;
  const Lock = talks.mtls ? IconLock : IconLockOpen;
  return (
    <>
      <span className="strip-main">
        <Sparkline values={talks.rps} label="Traffic of the last 15 minutes" />
        <span className="num">{rate(currentRate(talks))} req/s</span>
        <Lock
          size={14}
          role="img"
          aria-label={talks.mtls ? 'Mutual TLS' : 'Not encrypted'}
          className={talks.mtls ? 'good' : 'warn'}
        />
      </span>
      <span className="strip-sub">
        <Status kind={errorStatus(talks.errorRate)} word={`${percent(talks.errorRate)} errors`} quiet />
        <span>
          · p99 {millis(talks.p99Ms)} · {count(talks.callers)} in, {count(talks.callees)} out
        </span>
      </span>
    </>
  );
}

function ProvenFact({ proven }: { proven: Proven | null }) {
  if (!proven) return <None text="no release yet" then="The first deploy makes one" />;
  const findings = findingsText(proven);
  return (
    <>
      <span className="strip-main">
        {findings ? (
          <Status kind={findings.kind} word={findings.word} quiet />
        ) : (
          <Status kind="good" word={`SBOM of ${plural(proven.components, 'component')}`} quiet />
        )}
      </span>
      <span className="strip-sub">
        <span>
          {plural(proven.releases, 'release')} · SBOM <Time at={proven.sbomAt} />
        </span>
      </span>
      {proven.clock && (
        <span className="strip-clock">
          <IconGavel size={14} aria-hidden /> {proven.clock.what} due <Time at={proven.clock.dueAt} />
        </span>
      )}
    </>
  );
}

/** The product in one line: the same four facts of every component, each a link into its pillar. */
export function Strip({ of, facts }: { of: string; facts: Facts | null | undefined }) {
  if (facts === undefined) {
    return (
      <div className="strip" role="status" aria-label="Loading the four facts">
        {['Owned', 'Runs', 'Talks', 'Proven'].map((name) => (
          <div key={name} className="strip-fact">
            <span className="strip-name">{name}</span>
            <span className="skeleton" style={{ width: '60%', marginTop: 6 }} />
            <span className="skeleton" style={{ width: '80%', marginTop: 6 }} />
          </div>
        ))}
      </div>
    );
  }
  const owner = facts?.owned.owner;
  return (
    <nav className="strip" aria-label="Four facts">
      <Fact name="Owned" to={owner ? refPath(owner) : refPath(of, 'yaml')}>
        <OwnedFact owned={facts?.owned ?? { owner: null, lifecycle: null, system: null }} />
      </Fact>
      <Fact name="Runs" to={refPath(of, 'runtime')}>
        <RunsFact runs={facts?.runs ?? null} />
      </Fact>
      <Fact name="Talks" to={`${refPath(of, 'runtime')}#traffic`}>
        <TalksFact talks={facts?.talks ?? null} />
      </Fact>
      <Fact name="Proven" to={refPath(of, 'evidence')}>
        <ProvenFact proven={facts?.proven ?? null} />
      </Fact>
    </nav>
  );
}
