import { Status, type StatusKind } from '../ui/Status';

const KINDS: Record<string, StatusKind> = {
  running: 'good',
  serving: 'good',
  ready: 'good',
  idle: 'good',
  starting: 'notice',
  building: 'notice',
  deploying: 'notice',
  stopped: 'unknown',
  failed: 'critical',
  degraded: 'warning',
};

/** A workload's state in its own word, and why. */
export function WorkloadState({ state, reason }: { state: string; reason: string | null }) {
  const word = state.charAt(0).toUpperCase() + state.slice(1);
  return (
    <span className="row row-wrap">
      <Status kind={KINDS[state.toLowerCase()] ?? 'unknown'} word={word} />
      {reason && <span className="small break">{reason}</span>}
    </span>
  );
}
