import { useEffect, useState } from 'react';
import type { TaskStep } from '../api/task-types';
import { duration } from '../format/time';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';
import { TASK_WORDS, type Progress, type StepProgress } from './task-progress';

interface Props {
  steps: TaskStep[];
  progress: Progress;
  chosen: string | null;
  onChoose: (id: string | null) => void;
}

/** The steps with their times; choosing one shows its part of the log. */
export function TaskSteps({ steps, progress, chosen, onChoose }: Props) {
  return (
    <Panel title="Steps" flush>
      <ol className="plain-list">
        {steps.map((step) => {
          const at = progress.steps.get(step.id);
          const words = TASK_WORDS[at?.status ?? 'open'];
          return (
            <li key={step.id}>
              <button
                type="button"
                className="task-step"
                aria-pressed={chosen === step.id}
                title={step.action}
                onClick={() => {
                  onChoose(chosen === step.id ? null : step.id);
                }}
              >
                <span className="clip">{step.name}</span>
                <span className="push row">
                  <span className="num tiny dim">{at?.startedAt && <Elapsed step={at} />}</span>
                  <Status kind={words.kind} word={words.word} quiet />
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

function Elapsed({ step }: { step: StepProgress }) {
  const [now, setNow] = useState(() => Date.now());
  const running = step.endedAt === null;
  useEffect(() => {
    if (!running) return;
    const tick = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(tick);
    };
  }, [running]);
  if (!step.startedAt) return null;
  const end = step.endedAt ? new Date(step.endedAt).getTime() : now;
  return <>{duration(Math.max(0, end - new Date(step.startedAt).getTime()))}</>;
}
