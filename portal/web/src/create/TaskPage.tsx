import { IconTerminal2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useParams } from 'react-router';
import { getTask, taskEventsUrl } from '../api/scaffolder';
import { useStream } from '../api/stream';
import type { Task, TaskEvent } from '../api/task-types';
import { shortRef } from '../format/refs';
import { LogViewer } from '../runtime/LogViewer';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { PageHeader } from '../ui/PageHeader';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { useUrlState } from '../ui/useUrlState';
import { progressOf, TASK_WORDS } from './task-progress';
import { taskTitle } from './task-title';
import { TaskActions } from './TaskActions';
import { TaskOutcome } from './TaskOutcome';
import { TaskSteps } from './TaskSteps';
import './create.css';

export default function TaskPage() {
  const { id = '' } = useParams();
  const query = useQuery({ queryKey: ['task', id], queryFn: ({ signal }) => getTask(id, signal) });
  if (query.error && !query.data) {
    return (
      <div className="page">
        <PageHeader title="Task" />
        <ErrorState what={`Task ${id} could not be read`} error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  }
  if (!query.data) {
    return (
      <div className="page">
        <PageHeader title="Task" />
        <Loading rows={6} what="Reading the task" />
      </div>
    );
  }
  return <Running key={id} task={query.data} refresh={() => void query.refetch()} />;
}

function Running({ task, refresh }: { task: Task; refresh: () => void }) {
  const [params, change] = useUrlState();
  const [events, setEvents] = useState<TaskEvent[]>([]);
  const [run, setRun] = useState(0);
  const last = useRef(0);
  const { state, error } = useStream(
    taskEventsUrl(task.id),
    useCallback(
      (message) => {
        const event = JSON.parse(message.data) as TaskEvent;
        // Completion is sent again whatever `after` says; an event is taken once.
        setEvents((old) => (old.some((e) => e.id === event.id) ? old : [...old, event].sort((a, b) => a.id - b.id)));
        last.current = Math.max(last.current, event.id);
        if (event.type !== 'completion') return undefined;
        refresh();
        return 'end';
      },
      [refresh],
    ),
    () => (last.current > 0 ? `?after=${last.current}` : ''),
    run,
    true,
  );
  const progress = useMemo(() => progressOf(task.spec.steps, events), [task.spec.steps, events]);
  const status = progress.status ?? (task.status === 'open' && events.length > 0 ? 'processing' : task.status);
  const words = TASK_WORDS[status];
  const step = params.get('step');
  const lines = useMemo(
    () =>
      events
        .filter((e) => !step || e.body.stepId === step)
        .flatMap((e) =>
          e.body.message.split('\n').map((text, i) => ({
            id: e.id * 1000 + i,
            at: e.createdAt,
            text,
            source: e.body.status === 'failed' || e.body.error ? 'error' : 'stdout',
          })),
        ),
    [events, step],
  );
  return (
    <div className="page">
      <PageHeader
        title={taskTitle(task)}
        tab={`${words.word}: ${taskTitle(task)}`}
        lead={
          <span className="row row-wrap">
            <span aria-live="polite">
              <Status kind={words.kind} word={words.word} />
            </span>
            <span>
              started <Time at={task.createdAt} />
              {task.createdBy ? ` by ${shortRef(task.createdBy)}` : ''}
            </span>
            <span className="mono">{task.id}</span>
          </span>
        }
        actions={
          <TaskActions
            task={task}
            status={status}
            onRetried={() => {
              // The old events are gone on the server; the stream starts again from the beginning.
              setEvents([]);
              last.current = 0;
              setRun((n) => n + 1);
              refresh();
            }}
          />
        }
      />
      {state === 'refused' && <ErrorState what="The log of this task could not be opened" error={error} />}
      <TaskOutcome
        progress={progress}
        onShowStep={(id) => {
          change({ step: id });
        }}
      />
      <div className="task-grid">
        <TaskSteps
          steps={task.spec.steps}
          progress={progress}
          chosen={step}
          onChoose={(id) => {
            change({ step: id });
          }}
        />
        <Panel title={step ? `Log of ${task.spec.steps.find((s) => s.id === step)?.name ?? step}` : 'Log'} flush>
          <LogViewer
            lines={lines}
            label="Log of the task"
            fileName={`task-${task.id}.log`}
            height="clamp(280px, 52vh, 640px)"
            empty={
              <EmptyState
                compact
                icon={IconTerminal2}
                title={step ? 'This step has not said anything' : 'Waiting for a worker'}
                text="Lines appear here as they are written."
              />
            }
          />
        </Panel>
      </div>
    </div>
  );
}
