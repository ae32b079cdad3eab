import { getJson, postJson, send, withParams } from './http';
import type {
  About,
  CatalogProblem,
  Facts,
  Release,
  ReleaseDetail,
  Resource,
  Session,
  Toolchain,
  Traffic,
  Workload,
} from './types';
import { parseRef } from '../format/refs';

const ROOT = '/api/polder';

interface Items<T> {
  items: T[];
}
async function items<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  return (await getJson<Items<T>>(path, signal)).items;
}

export const getSession = (signal?: AbortSignal): Promise<Session> => getJson('/api/auth/session', signal);
export const signIn = (token: string): Promise<Session> => postJson('/api/auth/session', { token });
export async function signOut(): Promise<void> {
  await send('/api/auth/session', { method: 'DELETE' });
}

export const getFacts = (refs: string[], signal?: AbortSignal): Promise<(Facts | null)[]> =>
  items(withParams(`${ROOT}/facts`, { ref: refs }), signal);
export const factsStreamUrl = (refs: string[]): string => withParams(`${ROOT}/facts/stream`, { ref: refs });

/** `/api/polder/workloads/{namespace}/{name}` of a component. */
export function workloadPath(ref: string): string {
  const { namespace, name } = parseRef(ref);
  return `${ROOT}/workloads/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
}
export const getWorkload = (ref: string, signal?: AbortSignal): Promise<Workload> => getJson(workloadPath(ref), signal);
/** Serves an earlier version again. */
export const rollBack = (ref: string, to: number): Promise<Workload> =>
  postJson(`${workloadPath(ref)}/rollback`, { to });
export const stopWorkload = (ref: string): Promise<Workload> => postJson(`${workloadPath(ref)}/stop`, {});
export const startWorkload = (ref: string): Promise<Workload> => postJson(`${workloadPath(ref)}/start`, {});
/** Of each workload only some fields: there may be thousands. */
export const listWorkloads = <K extends keyof Workload>(
  fields: readonly K[],
  signal?: AbortSignal,
): Promise<Pick<Workload, K>[]> => items(withParams(`${ROOT}/workloads`, { fields: fields.join(',') }), signal);
export const getTraffic = (ref: string, seconds: number, signal?: AbortSignal): Promise<Traffic> =>
  getJson(withParams(`${workloadPath(ref)}/traffic`, { seconds }), signal);

export const listReleases = (ref: string | null, signal?: AbortSignal): Promise<Release[]> =>
  items(withParams(`${ROOT}/releases`, { ref }), signal);
export const getRelease = (name: string, signal?: AbortSignal): Promise<ReleaseDetail> =>
  getJson(`${ROOT}/releases/${encodeURIComponent(name)}`, signal);
export const sbomUrl = (name: string): string => `${ROOT}/releases/${encodeURIComponent(name)}/sbom`;

export const listToolchains = (signal?: AbortSignal): Promise<Toolchain[]> => items(`${ROOT}/toolchains`, signal);
export const getAbout = (signal?: AbortSignal): Promise<About> => getJson(`${ROOT}/about`, signal);
export const listProblems = (signal?: AbortSignal): Promise<CatalogProblem[]> =>
  items(`${ROOT}/catalog/problems`, signal);

const resourcePath = (kind: string, namespace: string | undefined, name: string): string =>
  `${ROOT}/resources/${kind.toLowerCase()}/${encodeURIComponent(namespace ?? '-')}/${encodeURIComponent(name)}`;
export const listResources = (kind: string, signal?: AbortSignal): Promise<Resource[]> =>
  items(`${ROOT}/resources/${kind.toLowerCase()}`, signal);
export const getResource = (
  kind: string,
  namespace: string | undefined,
  name: string,
  signal?: AbortSignal,
): Promise<Resource> => getJson(resourcePath(kind, namespace, name), signal);
export async function deleteResource(kind: string, namespace: string | undefined, name: string): Promise<void> {
  await send(resourcePath(kind, namespace, name), { method: 'DELETE' });
}

export interface Applied {
  kind: string;
  namespace: string | null;
  name: string;
  action: 'created' | 'configured' | 'unchanged';
}
export async function applyYaml(yaml: string): Promise<Applied[]> {
  const response = await send(`${ROOT}/apply`, { method: 'POST', text: { content: yaml, type: 'application/yaml' } });
  return ((await response.json()) as Items<Applied>).items;
}
