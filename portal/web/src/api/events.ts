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
  replyTo: string | null;
  metadata: { name: string; value: string }[];
  /** The first 64 KiB of what was kept. */
  payload: { encoding: 'text' | 'base64'; data: string; shown: number };
}
/** Which letters, and where the page begins; empty is the newest of all. */
export interface LettersWanted {
  trigger: string;
  words: string;
  before: string;
}
/** `undo` brings them back for ten minutes. */
export interface Deleted {
  deleted: number;
  undo: string;
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
  event: { payload?: string; encoding?: 'text' | 'base64'; subject?: string },
  signal?: AbortSignal,
): Promise<{ millis: number }> =>
  postJson(`${workloadPath(ref)}/triggers/${encodeURIComponent(id)}/fire`, event, signal);

export const listDeadLetters = (ref: string, wanted: LettersWanted, signal?: AbortSignal): Promise<DeadLetterPage> =>
  getJson(withParams(lettersPath(ref), { ...wanted }), signal);

export const getDeadLetter = (ref: string, id: string, signal?: AbortSignal): Promise<WholeDeadLetter> =>
  getJson(`${lettersPath(ref)}/${id}`, signal);

export async function redeliver(ref: string, id: string): Promise<void> {
  await send(`${lettersPath(ref)}/${id}/redeliver`, { method: 'POST' });
}
export const redeliverAll = (
  ref: string,
  trigger: string,
): Promise<{ delivered: number; failed: number; left: number }> =>
  postJson(`${lettersPath(ref)}/redeliver`, trigger === '' ? {} : { trigger });
export const deleteDeadLetter = async (ref: string, id: string): Promise<Deleted> =>
  (await (await send(`${lettersPath(ref)}/${id}`, { method: 'DELETE' })).json()) as Deleted;
export const deleteDeadLetters = async (ref: string, trigger: string): Promise<Deleted> =>
  (await (await send(withParams(lettersPath(ref), { trigger }), { method: 'DELETE' })).json()) as Deleted;
export const restoreDeadLetters = (ref: string, undo: string): Promise<{ restored: number }> =>
  postJson(`${lettersPath(ref)}/restore`, { undo });
export const payloadUrl = (ref: string, id: string): string => `${lettersPath(ref)}/${id}/payload`;
