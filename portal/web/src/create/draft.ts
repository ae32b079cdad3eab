import type { JsonObject } from '../api/types';

/** Stands for a secret wherever values are shown or kept. */
export const MASK = '********';

/** Values to start a form from: a masked secret is not the secret, so it has to be typed again. */
export function withoutMasks(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== MASK));
}

/** What is typed into a wizard survives a reload and a wrong click, until the task is made. Secrets are never in it. */
const key = (template: string) => `polder:draft:${template}`;

export function readDraft(template: string): JsonObject | null {
  const text = sessionStorage.getItem(key(template));
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    // Not written by this version of the portal: start with an empty form.
    return null;
  }
}

export function writeDraft(template: string, values: JsonObject): void {
  sessionStorage.setItem(key(template), JSON.stringify(values));
}

export function dropDraft(template: string): void {
  sessionStorage.removeItem(key(template));
}
