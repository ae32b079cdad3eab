import { IconListCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { listTasks } from '../api/scaffolder';
import { TASK_WORDS } from '../create/task-progress';
import { taskTitle } from '../create/task-title';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { PageLink } from '../ui/PageLink';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';

export function RecentTasks() {
  const query = useQuery({
    queryKey: ['tasks', 'recent'],
    queryFn: ({ signal }) => listTasks({ limit: 5 }, signal),
    refetchInterval: 10_000,
  });
  return (
    <Panel title="Recent tasks" side={<PageLink to="/create/tasks">All tasks</PageLink>} flush>
      {query.error && (
        <ErrorState what="The tasks could not be read" error={query.error} retry={() => void query.refetch()} />
      )}
      {query.isPending && <Loading rows={3} />}
      {query.data?.tasks.length === 0 && (
        <EmptyState
          compact
          icon={IconListCheck}
          title="No task yet"
          text="Each use of a template leaves a task with its log."
        />
      )}
      <ul className="plain-list">
        {query.data?.tasks.map((task) => (
          <li key={task.id} className="list-row">
            <Status kind={TASK_WORDS[task.status].kind} word={TASK_WORDS[task.status].word} quiet />
            <PageLink to={`/create/tasks/${task.id}`} className="clip">
              {taskTitle(task)}
            </PageLink>
            <span className="mono small dim clip">{String(task.spec.parameters['name'] ?? '')}</span>
            <span className="push small dim">
              <Time at={task.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
