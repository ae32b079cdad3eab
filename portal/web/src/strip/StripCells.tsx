import { IconLock, IconLockOpen } from '@tabler/icons-react';
import type { Facts } from '../api/types';
import { percent, rate } from '../format/numbers';
import { refPath, shortDigest } from '../format/refs';
import { PageLink } from '../ui/PageLink';
import { Sparkline } from '../ui/Sparkline';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { useFacts } from './facts-store';
import { currentRate, errorStatus, findingsText, HEALTH_WORD, quiet, summary } from './strip-text';
import './strip.css';

function Waiting() {
  return <span className="skeleton" style={{ width: 64 }} />;
}

/** Runs, in a table cell: health, version, age. */
export function RunsCell({ of }: { of: string }) {
  const facts = useFacts(of);
  if (facts === undefined) return <Waiting />;
  const runs = facts?.runs;
  return (
    <PageLink to={refPath(of, 'runtime')} className="strip-cell">
      {runs ? (
        <>
          <Status kind={runs.health} word={HEALTH_WORD[runs.health]} quiet />
          <span className="mono tiny dim">{shortDigest(runs.version)}</span>
        </>
      ) : (
        <span className="dim">not deployed</span>
      )}
    </PageLink>
  );
}

/** Talks, in a table cell: sparkline, rate, errors when there are any, lock. */
export function TalksCell({ of }: { of: string }) {
  const facts = useFacts(of);
  if (facts === undefined) return <Waiting />;
  const talks = facts?.talks ?? null;
  if (quiet(talks)) {
    return (
      <PageLink to={`${refPath(of, 'runtime')}#traffic`} className="strip-cell">
        <span className="dim">no traffic in 1 h</span>
      </PageLink>
    );
  }
  const Lock = talks.mtls ? IconLock : IconLockOpen;
  return (
    <PageLink to={`${refPath(of, 'runtime')}#traffic`} className="strip-cell">
      <Sparkline values={talks.rps} width={56} height={18} label="Traffic of the last 15 minutes" />
      <span className="num strip-rate">{rate(currentRate(talks))}/s</span>
      <Lock
        size={13}
        role="img"
        aria-label={talks.mtls ? 'Mutual TLS' : 'Not encrypted'}
        className={talks.mtls ? 'good' : 'warn'}
      />
      {talks.errorRate >= 0.01 && <Status kind={errorStatus(talks.errorRate)} word={percent(talks.errorRate)} quiet />}
    </PageLink>
  );
}

/** Proven, in a table cell: findings or the age of the SBOM; the legal clock when one runs. */
export function ProvenCell({ of }: { of: string }) {
  const facts = useFacts(of);
  if (facts === undefined) return <Waiting />;
  const proven = facts?.proven;
  const findings = proven ? findingsText(proven) : null;
  return (
    <PageLink to={refPath(of, 'evidence')} className="strip-cell">
      {!proven && <span className="dim">no release yet</span>}
      {proven?.clock && (
        <span className="strip-clock">
          due <Time at={proven.clock.dueAt} />
        </span>
      )}
      {proven && !proven.clock && findings && <Status kind={findings.kind} word={findings.word} quiet />}
      {proven && !proven.clock && !findings && (
        <>
          <Status kind="good" word="SBOM" quiet />
          <span className="tiny dim">
            <Time at={proven.sbomAt} />
          </span>
        </>
      )}
    </PageLink>
  );
}

/** The smallest form, for search results and dense lists: four icons with their words for screen readers. */
export function StripIcons({ of }: { of: string }) {
  const facts = useFacts(of);
  return facts ? <Icons facts={facts} /> : null;
}

function Icons({ facts }: { facts: Facts }) {
  return (
    <span className="strip-icons">
      {summary(facts).map(({ fact, kind, word }) => (
        <span key={fact} title={`${fact}: ${word}`}>
          <Status kind={kind} word={fact} quiet />
          <span className="sr-only">: {word}</span>
        </span>
      ))}
    </span>
  );
}
