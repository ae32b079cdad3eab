import { getJson, postJson, send, withParams } from './http';
import { workloadPath } from './polder';

/** A trigger of a workload that is not HTTP. Times are ISO 8601; counts begin with the process. */
export interface EventTrigger {
  id: string;
  kind: 'redis' | 'cron' | 'mqtt' | 'messaging';
  component: string;
  source: string;
  delivery: 'at-most-once' | 'at-least-once';
  state: 'connecting' | 'connected' | 'retrying' | 'stopped';
  since: string;
  lastEventAt: string | null;
  lastError: { at: string; message: string } | null;
  nextAt: string | null;
  running: number;
  waiting: number;
  received: number;
  succeeded: number;
  failed: number;
  redelivered: number;
  dropped: number;
  deadLetters: number;
}

/** An event that no attempt could deliver. */
export interface DeadLetter {
  id: string;
  trigger: string;
  kind: EventTrigger['kind'];
  component: string;
  source: string;
  subject: string;
  at: string;
  firstAt: string;
  error: string;
  attempts: number;
  bytes: number;
  truncated: boolean;
  preview: string;
}

export interface WholeDeadLetter extends DeadLetter {
  payload: { encoding: 'text' | 'base64'; data: string };
}

export interface DeadLetterPage {
  items: DeadLetter[];
  next: string | null;
  total: number;
  bytes: number;
}

const lettersPath = (ref: string): string => `${workloadPath(ref)}/dead-letters`;

export const listEventTriggers = async (ref: string, signal?: AbortSignal): Promise<EventTrigger[]> =>
  (await getJson<{ items: EventTrigger[] }>(`${workloadPath(ref)}/triggers`, signal)).items;

/** Runs the trigger's component once; nothing is retried and no dead letter is kept. */
export const fireTrigger = (
  ref: string,
  id: string,
  event: { payload?: string; subject?: string },
  signal?: AbortSignal,
): Promise<{ millis: number }> =>
  postJson(`${workloadPath(ref)}/triggers/${encodeURIComponent(id)}/fire`, event, signal);

export const listDeadLetters = (ref: string, before: string | null, signal?: AbortSignal): Promise<DeadLetterPage> =>
  getJson(withParams(lettersPath(ref), before === null ? {} : { before }), signal);

export const getDeadLetter = (ref: string, id: string, signal?: AbortSignal): Promise<WholeDeadLetter> =>
  getJson(`${lettersPath(ref)}/${id}`, signal);

export async function redeliver(ref: string, id: string): Promise<void> {
  await send(`${lettersPath(ref)}/${id}/redeliver`, { method: 'POST' });
}
export const redeliverAll = (ref: string): Promise<{ delivered: number; failed: number }> =>
  postJson(`${lettersPath(ref)}/redeliver`, {});
export async function deleteDeadLetter(ref: string, id: string): Promise<void> {
  await send(`${lettersPath(ref)}/${id}`, { method: 'DELETE' });
}
export async function deleteAllDeadLetters(ref: string): Promise<void> {
  await send(lettersPath(ref), { method: 'DELETE' });
}
