import type { TaskEvent, TaskOutput, TaskStatus, TaskStep } from '../api/task-types';
import type { StatusKind } from '../ui/Status';

export interface StepProgress {
  status: TaskStatus;
  startedAt: string | null;
  endedAt: string | null;
}
export interface Progress {
  steps: Map<string, StepProgress>;
  /** Set once the task has ended. */
  status: TaskStatus | null;
  output: TaskOutput | null;
  error: { name?: string; message?: string } | null;
}

/** What the events say about a task so far. A `recovered` event starts it afresh. */
export function progressOf(steps: TaskStep[], events: TaskEvent[]): Progress {
  const progress: Progress = { steps: new Map(), status: null, output: null, error: null };
  const fresh = () => {
    for (const { id } of steps) progress.steps.set(id, { status: 'open', startedAt: null, endedAt: null });
  };
  fresh();
  for (const event of events) {
    const { stepId, status, output, error } = event.body;
    if (event.type === 'recovered') {
      fresh();
      Object.assign(progress, { status: null, output: null, error: null });
    } else if (event.type === 'completion') {
      progress.status = status ?? (error ? 'failed' : 'completed');
      progress.output = output ?? null;
      progress.error = error ?? null;
    } else if (event.type === 'cancelled') {
      progress.status = 'cancelled';
    } else if (stepId && status) {
      const old = progress.steps.get(stepId);
      const running = status === 'processing';
      progress.steps.set(stepId, {
        status,
        startedAt: running ? event.createdAt : (old?.startedAt ?? event.createdAt),
        endedAt: running ? null : event.createdAt,
      });
    }
  }
  if (progress.status === 'failed' || progress.status === 'cancelled')
    endRunning(progress, events.at(-1)?.createdAt ?? null);
  return progress;
}

function endRunning(progress: Progress, at: string | null): void {
  for (const [id, step] of progress.steps) {
    if (step.status === 'processing')
      progress.steps.set(id, { ...step, status: progress.status ?? 'failed', endedAt: at });
  }
}

export const TASK_WORDS: Record<TaskStatus, { kind: StatusKind; word: string }> = {
  open: { kind: 'unknown', word: 'Waiting' },
  processing: { kind: 'notice', word: 'Running' },
  completed: { kind: 'good', word: 'Done' },
  failed: { kind: 'critical', word: 'Failed' },
  cancelled: { kind: 'warning', word: 'Cancelled' },
  skipped: { kind: 'unknown', word: 'Skipped' },
};
