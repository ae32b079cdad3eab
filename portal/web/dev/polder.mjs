// Fixture answers under /api/polder: facts, workloads, traffic, releases, resources.
import { ago, byRef, entities, hex, refOf } from './data.mjs';

export const RUNNING = [
  'shop',
  'orders',
  'payment',
  'search',
  'stock',
  'notifier',
  'greeter',
  'svc-001',
  'svc-004',
  'svc-007',
];
const index = (name) => RUNNING.indexOf(name);
const wave = (i, t) => Math.max(0, (4 + i * 9) * (1 + 0.4 * Math.sin(t / 9 + i) + 0.15 * Math.sin(t * 1.7 + i)));

export function facts(ref) {
  const x = byRef.get(ref);
  if (!x) return null;
  const i = index(x.metadata.name);
  const rel = (type, kind) =>
    x.relations.find((r) => r.type === type && r.targetRef.startsWith(kind))?.targetRef ?? null;
  const owned = { owner: rel('ownedBy', ''), lifecycle: x.spec.lifecycle ?? null, system: rel('partOf', 'system:') };
  if (i < 0) return { ref, owned, runs: null, talks: null, proven: null };
  const t = Date.now() / 15000;
  const quiet = x.metadata.name === 'svc-007';
  return {
    ref,
    owned,
    runs: {
      instances: 1 + (i % 3),
      version: `sha256:${hex(i + 1)}`,
      deployedAt: ago(14 + i * 190),
      health: ['good', 'good', 'warning', 'good', 'good', 'critical'][i] ?? 'good',
      reason: i === 5 ? 'The last request ended with a trap' : null,
      url: `http://${x.metadata.name}.localhost:8080/`,
    },
    talks: quiet
      ? null
      : {
          rps: Array.from({ length: 60 }, (_, k) => wave(i, t - 60 + k)),
          errorRate: [0, 0.0004, 0.021, 0, 0, 0.084][i] ?? 0,
          p99Ms: 3.1 + i * 7.4,
          mtls: true,
          callers: 1 + (i % 4),
          callees: i % 3,
        },
    proven: {
      releases: 3 + i,
      sbom: `sha256:${hex(i + 77)}`,
      sbomAt: ago(14 + i * 190),
      components: 12 + i * 9,
      findings: null,
      clock: null,
    },
  };
}

export function workload(name, namespace = 'default', versions = true) {
  const i = index(name);
  if (i < 0) return null;
  return {
    ref: `component:${namespace}/${name}`,
    workload: `${namespace}/${name}`,
    spiffeId: `spiffe://polder.local/ns/${namespace}/sa/${name}`,
    certificate: {
      serial: hex(i + 5, 32),
      notBefore: ago(300 + i * 40),
      notAfter: ago(-1140 + i * 40),
      renewsAt: ago(-420 + i * 40),
    },
    address: `127.0.0.1:${20000 + i}`,
    engine: { name: 'wasmtime', version: '38.0.1', why: 'The library was found in the cache folder' },
    url: `http://${name}.localhost:8080/`,
    state: i === 5 ? 'failed' : 'running',
    reason: i === 5 ? 'The last request ended with a trap: out of bounds memory access' : null,
    triggers: [{ kind: 'http', route: '/...', executor: 'wagi' }],
    limits: { memoryBytes: 64 * 1024 * 1024, wallMillis: 5000, outputBytes: 1024 * 1024 },
    ...(versions
      ? {
          versions: [
            {
              digest: '',
              commit: hex(i + 40, 40),
              deployedAt: ago(9),
              state: 'failed',
              error:
                "src/index.ts:14:9 - error TS2322: Type 'string' is not assignable to type 'i32'.\n\n14   const n: i32 = \"seven\";\n           ^",
            },
            {
              digest: `sha256:${hex(i + 1)}`,
              commit: hex(i + 20, 40),
              deployedAt: ago(14 + i * 190),
              state: 'serving',
              error: null,
            },
            {
              digest: `sha256:${hex(i + 9)}`,
              commit: hex(i + 30, 40),
              deployedAt: ago(1900 + i * 190),
              state: 'replaced',
              error: null,
            },
          ],
        }
      : {}),
    git: { cloneUrl: `http://localhost:7007/git/${namespace}/${name}.git`, branch: 'main', head: hex(i + 20, 40) },
  };
}

export function traffic(name, seconds) {
  const i = Math.max(0, index(name));
  const step = Math.max(1, Math.round(seconds / 180));
  const n = Math.floor(seconds / step);
  const now = Math.floor(Date.now() / 1000);
  const at = Array.from({ length: n }, (_, k) => now - seconds + k * step);
  const round = (f) => at.map((s) => Math.round(f(s)));
  return {
    stepSeconds: step,
    from: new Date((now - seconds) * 1000).toISOString(),
    series: {
      200: round((s) => wave(i, s / 15) * step),
      304: round((s) => wave(i, s / 15) * step * 0.12),
      404: round((s) => (s % 97 < 12 ? wave(i, s / 15) * step * 0.1 : 0)),
      503: round((s) => (s % 230 < 14 ? wave(i, s / 15) * step * 0.08 : 0)),
    },
    latencyMs: {
      p50: at.map((s) => 2.2 + Math.sin(s / 50) + i),
      p99: at.map((s) => 9 + 5 * Math.abs(Math.sin(s / 31)) + i * 3),
    },
  };
}
export const trafficNow = (name) => {
  const rps = wave(Math.max(0, index(name)), Date.now() / 15000);
  return {
    at: new Date().toISOString(),
    rps,
    byCode: { 200: Math.round(rps), 404: Math.random() < 0.1 ? 1 : 0 },
    p50Ms: 2 + Math.random(),
    p99Ms: 9 + Math.random() * 6,
  };
};

export const releases = RUNNING.flatMap((name, i) =>
  Array.from({ length: 3 }, (_, k) => ({
    name: `${name}-${hex(i * 3 + k, 7)}`,
    ref: `component:default/${name}`,
    wasm: `sha256:${hex(i + 1 + k * 8)}`,
    wasmBytes: 182_000 + i * 91_000,
    commit: hex(i + 20 + k, 40),
    createdAt: ago(14 + i * 190 + k * 1900),
    sbom: `sha256:${hex(i + 77 + k)}`,
    components: 12 + i * 9,
    language: ['assemblyscript', 'go', 'rust'][i % 3],
  })),
).sort((a, b) => b.createdAt.localeCompare(a.createdAt));
const LICENCES = ['Apache-2.0', 'MIT', 'BSD-3-Clause', 'ISC'];
export const release = (name) => {
  const r = releases.find((x) => x.name === name);
  return (
    r && {
      ...r,
      sbomSummary: Array.from({ length: r.components }, (_, k) => ({
        name:
          ['assemblyscript', 'as-wasi', 'long', 'binaryen', 'json-as', 'itoa', 'serde', 'memchr'][k % 8] +
          (k > 7 ? `-${k}` : ''),
        version: `${k % 5}.${k % 9}.${k % 3}`,
        purl: `pkg:npm/package-${k}@${k % 5}.${k % 9}.${k % 3}`,
        type: k % 7 ? 'library' : 'application',
        licenses: k % 6 ? [LICENCES[k % 4]] : [],
      })),
    }
  );
};

const ok = (type) => ({ type, status: 'True', reason: type, message: '' });
const route = (name) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace: 'default', resourceVersion: '12' },
  spec: {
    parentRefs: [{ name: 'polder' }],
    hostnames: [`${name}.localhost`],
    rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name, port: 80 }] }],
  },
  status: {
    parents: [
      {
        conditions: [
          ok('Accepted'),
          name === 'search'
            ? {
                type: 'ResolvedRefs',
                status: 'False',
                reason: 'BackendNotFound',
                message: 'Service default/search-v2 does not exist',
              }
            : ok('ResolvedRefs'),
        ],
      },
    ],
  },
});
export const resources = {
  gateway: [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'polder', namespace: 'polder-system' },
      spec: {
        listeners: [
          { name: 'http', protocol: 'HTTP', port: 8080 },
          { name: 'https', protocol: 'HTTPS', port: 8443, hostname: '*.localhost' },
        ],
      },
      status: { conditions: [ok('Programmed')] },
    },
  ],
  httproute: RUNNING.map(route),
  authorizationpolicy: [
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'payment-callers', namespace: 'default' },
      spec: {
        selector: { matchLabels: { app: 'payment' } },
        action: 'ALLOW',
        rules: [{ from: [{ source: { principals: ['polder.local/ns/default/sa/orders'] } }] }],
      },
    },
  ],
};
export const problems = [
  {
    location: 'samples/acme/returns.yaml',
    line: 12,
    column: 3,
    field: 'spec.owner',
    message: 'spec.owner is missing (expected: the name of a group or a user)',
    kept: true,
    at: ago(42),
  },
  {
    location: 'samples/acme/experiments/neu.yaml',
    line: 4,
    column: 9,
    field: 'metadata.name',
    message: 'metadata.name is "Neue Preise!" (expected: letters, digits and - _ . between them, at most 63)',
    kept: false,
    at: ago(3),
  },
];
export const toolchains = [
  { id: 'assemblyscript', found: true, version: '0.28.9', path: '/usr/bin/node', missing: null },
  { id: 'go', found: true, version: 'go1.24.1', path: '/usr/local/go/bin/go', missing: null },
  {
    id: 'rust',
    found: false,
    version: null,
    path: null,
    missing: 'cargo was not found on the PATH. Install rustup, then: rustup target add wasm32-wasip1',
  },
];
export const about = {
  version: '0.1.0',
  engine: { name: 'wasmtime', version: '38.0.1', why: 'The library was found in the cache folder' },
  uptimeMs: 8_130_000,
  urls: { portal: 'http://localhost:7007', gateway: 'http://localhost:8080' },
  store: 'sqlite',
};
export const workloads = () => RUNNING.map((name) => workload(name, 'default', false));
export const componentRefs = entities.filter((x) => x.kind === 'Component').map(refOf);

const LETTER = {
  id: '1764064800000001',
  trigger: 'orders-redis-trigger',
  kind: 'redis',
  component: 'orders',
  source: 'redis://127.0.0.1:6379 orders',
  subject: 'orders',
  at: ago(12),
  firstAt: ago(12),
  error: 'workload default/orders (component orders): it answered the event with an error: no stock for sku 42',
  attempts: 5,
  bytes: 23,
  truncated: false,
  preview: '{"sku": 42, "count": 3}',
};
/** Only the orders are woken by events. */
export const eventTriggers = (name) =>
  name !== 'orders'
    ? []
    : [
        {
          id: 'orders-redis-trigger',
          kind: 'redis',
          component: 'orders',
          source: LETTER.source,
          delivery: 'at-most-once',
          state: 'connected',
          since: ago(90),
          lastEventAt: ago(2),
          lastError: { at: ago(12), message: LETTER.error },
          nextAt: null,
          running: 0,
          waiting: 0,
          received: 1204,
          succeeded: 1203,
          failed: 5,
          redelivered: 4,
          dropped: 0,
          deadLetters: 1,
        },
      ];
export const deadLetters = (name) =>
  name === 'orders'
    ? { items: [LETTER], next: null, total: 1, bytes: 23 }
    : { items: [], next: null, total: 0, bytes: 0 };
export const deadLetter = () => ({ ...LETTER, payload: { encoding: 'text', data: LETTER.preview } });
