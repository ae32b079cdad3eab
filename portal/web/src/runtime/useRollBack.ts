import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { rollBack, stopWorkload } from '../api/polder';
import type { Workload, WorkloadVersion } from '../api/types';
import { shortDigest } from '../format/refs';
import { toast } from '../ui/toasts';

/** Serves an earlier version again at once; the toast says which, and brings back what was before. */
export function useRollBack(workload: Workload): {
  rollBack: (version: WorkloadVersion) => void;
  /** The number of the version that is on its way. */
  busy: number | null;
} {
  const queries = useQueryClient();
  const [busy, setBusy] = useState<number | null>(null);
  const { ref } = workload;
  const attempt = async (what: string, work: () => Promise<unknown>, good: string, undo?: () => void) => {
    try {
      await work();
      toast({ kind: 'good', text: good, ...(undo ? { undo } : {}) });
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      toast({ kind: 'critical', text: `${what} failed, and what served before serves on: ${words}` });
    } finally {
      for (const key of ['workload', 'app']) await queries.invalidateQueries({ queryKey: [key, ref] });
    }
  };
  const back = (version: WorkloadVersion) => {
    const before = workload.state === 'stopped' ? null : workload.versions?.find((v) => v.state === 'serving');
    const undo = () =>
      void attempt(
        'Undoing it',
        () => (before ? rollBack(ref, before.number) : stopWorkload(ref)),
        before ? `${name(before)} serves again` : 'It is stopped again',
      );
    setBusy(version.number);
    void attempt(
      'The rollback',
      () => rollBack(ref, version.number),
      `${name(version)} serves again`,
      before === undefined ? undefined : undo,
    ).finally(() => {
      setBusy(null);
    });
  };
  return { rollBack: back, busy };
}

const name = (version: WorkloadVersion): string =>
  `Version ${version.number}${version.digest ? ` (${shortDigest(version.digest)})` : ''}`;
