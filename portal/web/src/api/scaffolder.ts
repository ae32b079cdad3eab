import { getJson, postJson, send, withParams } from './http';
import type { ParameterSchema, Task, TaskPreview } from './task-types';
import type { JsonObject } from './types';
import { parseRef } from '../format/refs';

const ROOT = '/api/scaffolder/v2';

export function getParameterSchema(ref: string, signal?: AbortSignal): Promise<ParameterSchema> {
  const { kind, namespace, name } = parseRef(ref, { kind: 'template' });
  return getJson(
    `${ROOT}/templates/${encodeURIComponent(namespace)}/${kind}/${encodeURIComponent(name)}/parameter-schema`,
    signal,
  );
}

export async function createTask(
  templateRef: string,
  values: JsonObject,
  secrets: Record<string, string>,
): Promise<string> {
  const body = { templateRef, values, ...(Object.keys(secrets).length > 0 ? { secrets } : {}) };
  return (await postJson<{ id: string }>(`${ROOT}/tasks`, body)).id;
}

export function previewTask(templateRef: string, values: JsonObject, signal?: AbortSignal): Promise<TaskPreview> {
  return postJson('/api/polder/tasks/preview', { templateRef, values }, signal);
}

export function listTasks(
  query: { status?: string | null; limit?: number; offset?: number; createdBy?: string | null },
  signal?: AbortSignal,
): Promise<{ tasks: Task[]; totalTasks?: number }> {
  return getJson(withParams(`${ROOT}/tasks`, { order: 'desc:created_at', ...query }), signal);
}

export function getTask(id: string, signal?: AbortSignal): Promise<Task> {
  return getJson(`${ROOT}/tasks/${encodeURIComponent(id)}`, signal);
}

export async function cancelTask(id: string): Promise<void> {
  await send(`${ROOT}/tasks/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
}

export async function retryTask(id: string): Promise<void> {
  await send(`${ROOT}/tasks/${encodeURIComponent(id)}/retry`, { method: 'POST', body: {} });
}

export function taskEventsUrl(id: string): string {
  return `${ROOT}/tasks/${encodeURIComponent(id)}/eventstream`;
}
