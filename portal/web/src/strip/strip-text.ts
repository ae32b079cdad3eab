import type { Facts, Health, Proven, Talks } from '../api/types';
import type { StatusKind } from '../ui/Status';
import { plural } from '../format/numbers';

export const HEALTH_WORD: Record<Health, string> = {
  good: 'Healthy',
  warning: 'Degraded',
  critical: 'Down',
  unknown: 'Unknown',
};

/** The latest value that is complete: the last point is still being counted. */
export function currentRate(talks: Talks): number {
  return talks.rps.at(-2) ?? talks.rps.at(-1) ?? 0;
}

export function quiet(talks: Talks | null): talks is null {
  return talks === null || talks.rps.every((v) => v === 0);
}

/** Below one in a hundred is nothing to look at, above five is an outage in the making. */
export function errorStatus(rate: number): StatusKind {
  if (rate >= 0.05) return 'critical';
  return rate >= 0.01 ? 'warning' : 'good';
}

export function findingsText(proven: Proven): { kind: StatusKind; word: string } | null {
  if (proven.findings === null) return null;
  const { critical = 0, high = 0, medium = 0, low = 0 } = proven.findings;
  if (critical > 0) return { kind: 'critical', word: plural(critical, 'critical finding') };
  if (high > 0) return { kind: 'warning', word: plural(high, 'high finding') };
  const rest = medium + low;
  return rest > 0 ? { kind: 'notice', word: plural(rest, 'finding') } : { kind: 'good', word: 'No open findings' };
}

/** The status of each fact for the smallest form of the strip. */
export function summary(facts: Facts): { fact: string; kind: StatusKind; word: string }[] {
  const { owned, runs, talks, proven } = facts;
  const speaking = !quiet(talks);
  return [
    { fact: 'Owned', kind: owned.owner ? 'good' : 'warning', word: owned.owner ? 'has an owner' : 'no owner' },
    {
      fact: 'Runs',
      kind: runs ? runs.health : 'unknown',
      word: runs ? HEALTH_WORD[runs.health].toLowerCase() : 'not deployed',
    },
    {
      fact: 'Talks',
      kind: speaking && talks ? errorStatus(talks.errorRate) : 'unknown',
      word: speaking && talks ? `errors ${(talks.errorRate * 100).toFixed(1)} %` : 'no traffic in 1 h',
    },
    {
      fact: 'Proven',
      kind: proven ? (findingsText(proven)?.kind ?? 'good') : 'unknown',
      word: proven ? 'has an SBOM' : 'no release yet',
    },
  ];
}
