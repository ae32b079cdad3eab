import type { Task } from '../api/task-types';
import { shortRef } from '../format/refs';

export function taskTitle(task: Task): string {
  const info = task.spec.templateInfo;
  return info?.entity?.metadata?.title ?? (info ? shortRef(info.entityRef) : 'Task');
}
