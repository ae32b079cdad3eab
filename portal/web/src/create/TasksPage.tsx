import { Button, Select } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listTasks } from '../api/scaffolder';
import type { Task } from '../api/task-types';
import { plural } from '../format/numbers';
import { refPath, shortRef } from '../format/refs';
import { DataTable, type Column } from '../ui/DataTable';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { PageHeader } from '../ui/PageHeader';
import { PageLink } from '../ui/PageLink';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { useUrlState } from '../ui/useUrlState';
import { TASK_WORDS } from './task-progress';
import { taskTitle } from './task-title';

const PAGE = 200;

const TASK_COLUMNS: Column<Task>[] = [
  {
    id: 'title',
    header: 'Template',
    sortable: true,
    value: taskTitle,
    cell: (t) => (
      <PageLink to={`/create/tasks/${t.id}`} className="clip">
        {taskTitle(t)}
      </PageLink>
    ),
  },
  {
    id: 'made',
    header: 'Name',
    value: (t) => nameOf(t),
    cell: (t) => <span className="mono clip">{nameOf(t) ?? '–'}</span>,
  },
  {
    id: 'status',
    header: 'Status',
    sortable: true,
    value: (t) => t.status,
    cell: (t) => <Status kind={TASK_WORDS[t.status].kind} word={TASK_WORDS[t.status].word} quiet />,
  },
  {
    id: 'created',
    header: 'Started',
    sortable: true,
    value: (t) => t.createdAt,
    cell: (t) => <Time at={t.createdAt} />,
  },
  {
    id: 'by',
    header: 'By',
    sortable: true,
    value: (t) => t.createdBy ?? null,
    cell: (t) => (t.createdBy ? <PageLink to={refPath(t.createdBy)}>{shortRef(t.createdBy)}</PageLink> : '–'),
  },
  { id: 'id', header: 'Task', value: (t) => t.id, cell: (t) => <span className="mono dim">{t.id.slice(0, 8)}</span> },
];

function nameOf(task: Task): string | null {
  const name = task.spec.parameters['name'] ?? task.spec.parameters['component_id'];
  return typeof name === 'string' ? name : null;
}

export default function TasksPage() {
  const [params, change] = useUrlState();
  const status = params.get('status');
  const [sort, setSort] = useState({ id: 'created', descending: true });
  const query = useQuery({
    queryKey: ['tasks', status],
    queryFn: ({ signal }) => listTasks({ status, limit: PAGE }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
  return (
    <div className="page page-wide page-fill">
      <PageHeader
        title="Tasks"
        lead={query.data?.totalTasks === undefined ? 'What templates have made' : plural(query.data.totalTasks, 'task')}
        actions={
          <Button component={PageLink} to="/create">
            Create
          </Button>
        }
      />
      <div className="toolbar">
        <Select
          size="xs"
          w={180}
          aria-label="Status"
          placeholder="Any status"
          clearable
          clearButtonProps={{ 'aria-label': 'Any status' }}
          value={status}
          data={Object.entries(TASK_WORDS)
            .filter(([v]) => v !== 'skipped')
            .map(([value, { word }]) => ({ value, label: word }))}
          onChange={(value) => {
            change({ status: value });
          }}
        />
      </div>
      {query.error && (
        <ErrorState what="The tasks could not be read" error={query.error} retry={() => void query.refetch()} />
      )}
      {query.isPending && <Loading rows={8} what="Reading the tasks" />}
      {query.data && (
        <DataTable
          label="Tasks"
          columns={TASK_COLUMNS}
          rows={query.data.tasks}
          rowId={(t) => t.id}
          sort={sort}
          onSort={setSort}
          stale={query.isPlaceholderData}
          fill
          empty={
            <EmptyState
              icon={IconListCheck}
              title="No task"
              text="Every use of a template is a task: its steps, its log and what it made stay here."
              action={{ label: 'Choose a template', to: '/create' }}
            />
          }
        />
      )}
    </div>
  );
}
