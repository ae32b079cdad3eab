import { getJson, postJson } from './http';
import { workloadPath } from './polder';

/** A Wasm app from the inside: GET /api/polder/workloads/{namespace}/{name}/app (docs/http-api.md). */
export interface App {
  workload: string;
  state: string;
  /** Idle: it serves and let go of its compiled code. Null when it does not serve. */
  activity: 'running' | 'idle' | null;
  /** A version is on its way. */
  deployingSince: string | null;
  name: string | null;
  version: string | null;
  components: AppComponent[];
  triggers: AppTrigger[];
  variables: AppVariable[];
  storage: AppStorage[];
  /** Running and waiting are requests now; live, made and reused are instances, the last two since the start. */
  instances?: { running: number; waiting: number; atOnce: number; live: number; made: number; reused: number };
  requests?: {
    total: number;
    failures: number;
    traps: number;
    refused: number;
    /** How often each limit was passed; those that never were are not in it. */
    limits: Record<string, number>;
    recentSeconds: number;
    byClass: Record<string, number>;
  };
  latency?: Latency;
  limits: AppLimits;
  traps: Trap[];
}
export interface AppLimits {
  memoryBytes: number;
  wallMillis: number;
  outputBytes: number;
  bodyBytes: number;
  concurrency: number;
  cpuMillis: number;
  tableElements: number;
  handles: number;
  headerBytes: number;
  sockets: number;
  outboundRequests: number;
  connections: number;
  guestMemoryBytes: number;
  hostMemoryBytes: number;
  logBytes: number;
  logBytesPerSecond: number;
}
export interface AppComponent {
  id: string;
  source: string;
  digest: string;
  bytes: number;
  form: 'component' | 'module';
  language: string | null;
  tools: { field: string; name: string; version: string }[];
  imports: { package: string; interfaces: AppImport[] }[];
  exports: string[];
  /** What the manifest grants and the component cannot use. */
  unused: { key: string; values: string[] }[];
  figures: { requests: number; failures: number; running: number; peak: number; latency: Latency } | null;
}
export type Access = 'always' | 'granted' | 'not-granted';
export interface AppImport {
  name: string;
  functions: string[];
  access: Access;
  /** The key of the manifest that grants it; empty when every instance has it. */
  key: string;
  values: string[];
}
export interface AppTrigger {
  id: string;
  kind: string;
  /** The route, channel, times or topic; null for a private endpoint. */
  source: string | null;
  executor: string;
  component: string;
}
export interface AppVariable {
  name: string;
  required: boolean;
  secret: boolean;
  from: 'manifest' | 'provider';
  value: string | null;
}
export interface AppStorage {
  kind: string;
  label: string;
  keys: number | null;
  bytes: number | null;
}
export interface Latency {
  total: number;
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
  /** From (excluded), to, count; only those with a count. */
  buckets: [number, number, number][];
}
export interface Trap {
  id: string;
  at: string;
  component: string;
  request: string;
  kind: string;
  /** The limit that it passed. */
  limit: string | null;
  message: string;
  frames: { function: string; file: string | null; line: number }[];
}

export interface TryRequest {
  method: string;
  path: string;
  headers: { name: string; value: string }[];
  body: string;
}
export interface TryAnswer {
  status: number;
  headers: { name: string; value: string }[];
  body: string | null;
  bodyBase64: string | null;
  bytes: number;
  truncated: boolean;
  headMillis: number;
  totalMillis: number;
}

export const getApp = (ref: string, signal?: AbortSignal): Promise<App> => getJson(`${workloadPath(ref)}/app`, signal);
export const tryApp = (ref: string, request: TryRequest, signal?: AbortSignal): Promise<TryAnswer> =>
  postJson(`${workloadPath(ref)}/try`, request, signal);
