import { connection } from './connection';
import { ApiError, toApiError } from './problem';

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  /** A body that is sent as it stands, with its media type. */
  text?: { content: string; type: string };
  signal?: AbortSignal | undefined;
}

const signedOut = new Set<() => void>();

/** Calls the listener when any answer says that the session is gone. */
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

export async function send(path: string, call: Call = {}): Promise<Response> {
  const method = call.method ?? 'GET';
  const headers: Record<string, string> = { accept: 'application/json' };
  // A cookie alone may not change anything: this header cannot be set by a foreign site.
  if (method !== 'GET') headers['x-polder-request'] = '1';
  let body: string | null = null;
  if (call.text) {
    headers['content-type'] = call.text.type;
    body = call.text.content;
  } else if (call.body !== undefined) {
    headers['content-type'] = 'application/json';
    body = JSON.stringify(call.body);
  }
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body, signal: call.signal ?? null, credentials: 'same-origin' });
  } catch (cause) {
    if (call.signal?.aborted) throw cause;
    connection.unreachable();
    throw new ApiError({
      status: 0,
      code: 'UNREACHABLE',
      message: 'Polder does not answer. It may be restarting, or the network is down.',
      request: `${method} ${path}`,
      body: cause instanceof Error ? cause.message : null,
    });
  }
  connection.answered();
  if (response.ok) return response;
  const error = toApiError(`${method} ${path}`, response.status, await readBody(response));
  if (response.status === 401 && !path.startsWith('/api/auth/')) for (const listener of signedOut) listener();
  throw error;
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await send(path, { signal })).json()) as T;
}

export async function postJson<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await (await send(path, { method: 'POST', body, signal })).json()) as T;
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Joins a path and its parameters; arrays repeat the key, empty values are left out. */
export function withParams(
  path: string,
  params: Record<string, string | number | readonly string[] | null | undefined>,
): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value === null || value === undefined || value === '') continue;
    if (typeof value === 'object') for (const each of value) query.append(key, each);
    else query.append(key, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
