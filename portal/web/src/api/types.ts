/** Shapes of the wire: Backstage's catalogue and scaffolder, and /api/polder (docs/http-api.md). */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
// An interface, because a type alias may not refer to itself through Record.
// eslint-disable-next-line @typescript-eslint/consistent-indexed-object-style
export interface JsonObject {
  [key: string]: Json;
}

export interface Relation {
  type: string;
  targetRef: string;
}
export interface EntityLinkSpec {
  url: string;
  title?: string;
  icon?: string;
  type?: string;
}
export interface StatusItem {
  type: string;
  level: 'info' | 'warning' | 'error';
  message: string;
}
export interface Entity {
  apiVersion: string;
  kind: string;
  metadata: {
    uid?: string;
    etag?: string;
    name: string;
    namespace?: string;
    title?: string;
    description?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    tags?: string[];
    links?: EntityLinkSpec[];
  };
  spec?: JsonObject;
  relations?: Relation[];
  status?: { items?: StatusItem[] };
}
export interface QueryPage {
  items: Entity[];
  totalItems: number;
  pageInfo: { nextCursor?: string; prevCursor?: string };
}
export interface FacetCount {
  value: string;
  count: number;
}
export interface Ancestry {
  rootEntityRef: string;
  items: { entity: Entity; parentEntityRefs: string[] }[];
}

export type Health = 'good' | 'warning' | 'critical' | 'unknown';
export interface Owned {
  owner: string | null;
  lifecycle: string | null;
  system: string | null;
}
export interface Runs {
  instances: number;
  version: string;
  deployedAt: string;
  health: Health;
  reason: string | null;
  url: string;
}
export interface Talks {
  rps: number[];
  errorRate: number;
  p99Ms: number;
  mtls: boolean;
  callers: number;
  callees: number;
}
export interface Proven {
  releases: number;
  sbom: string;
  sbomAt: string;
  components: number;
  findings: Partial<Record<'critical' | 'high' | 'medium' | 'low', number>> | null;
  clock: { dueAt: string; what: string } | null;
}
export interface Facts {
  ref: string;
  owned: Owned;
  runs: Runs | null;
  talks: Talks | null;
  proven: Proven | null;
}

export interface Workload {
  ref: string;
  workload: string;
  spiffeId: string;
  certificate: { serial: string; notBefore: string; notAfter: string; renewsAt: string } | null;
  address: string | null;
  engine: { name: string; version: string; why: string } | null;
  url: string | null;
  state: string;
  /** Idle: it serves and let go of its compiled code. Null when it does not serve. */
  activity: 'running' | 'idle' | null;
  /** A version is on its way. */
  deployingSince: string | null;
  reason: string | null;
  triggers: { kind: string; route: string; executor: string }[];
  limits: { memoryBytes: number; wallMillis: number; outputBytes: number } | null;
  versions?: WorkloadVersion[];
  git: { cloneUrl: string; branch: string; head: string | null } | null;
  figures?: AppFigures;
}
/** A row's figures of a Wasm app: requests per second of the last minute, the others since the start. */
export interface AppFigures {
  /** Of the version that serves. */
  deployedAt: string | null;
  rps: number;
  errorRate: number;
  p99Ms: number | null;
  running: number;
  /** Instances that are there, with those that wait for their next request. */
  live: number;
  requests: number;
  traps: number;
  languages: string[];
  /** Of every kind; the source is the route, channel, times or topic, null for a private endpoint. */
  triggers: { kind: string; source: string | null }[];
}
export interface WorkloadVersion {
  /** Its name within the app: 1, 2, 3 … */
  number: number;
  /** Null when its build failed. */
  digest: string | null;
  commit: string | null;
  deployedAt: string;
  /** A ref, or empty. */
  deployedBy: string;
  /** `push`, `template`, `archive`, `registry`, `apply`, `rollback`, or empty. */
  how: string;
  state: 'serving' | 'replaced' | 'failed';
  error: string | null;
  /** Whether it can be served again: what it is made of is kept, and is not what serves. */
  rollback: boolean;
}
export interface Traffic {
  stepSeconds: number;
  from: string;
  series: Record<string, number[]>;
  latencyMs: { p50: (number | null)[]; p99: (number | null)[] };
}
export interface TrafficNow {
  at: string;
  rps: number;
  byCode: Record<string, number>;
  p50Ms: number | null;
  p99Ms: number | null;
}
export interface LogLine {
  id: number;
  at: string;
  stream: 'stdout' | 'stderr' | 'build' | 'access';
  /** Null for a line of the app itself. */
  component: string | null;
  text: string;
}

export interface Release {
  name: string;
  ref: string;
  wasm: string;
  wasmBytes: number;
  commit: string | null;
  createdAt: string;
  sbom: string;
  components: number;
  language: string;
}
export interface SbomComponent {
  name: string;
  version: string | null;
  purl: string | null;
  type: string;
  licenses: string[];
}
export type ReleaseDetail = Release & { sbomSummary: SbomComponent[] };

export interface Toolchain {
  id: string;
  found: boolean;
  version: string | null;
  path: string | null;
  missing: string | null;
}
export interface About {
  version: string;
  engine: { name: string; version: string; why: string } | string;
  /** Why that engine, where it is told in one line. */
  engineWhy?: string;
  uptimeMs: number;
  urls: { portal: string; gateway: string };
  store: string;
}
export interface CatalogProblem {
  location: string;
  line: number | null;
  column: number | null;
  field: string | null;
  message: string;
  kept: boolean;
  at: string;
}
export interface Session {
  user: { ref: string; displayName: string };
  guest?: boolean;
}
export interface Resource {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [key: string]: Json | undefined };
  spec?: JsonObject;
  status?: JsonObject;
}
