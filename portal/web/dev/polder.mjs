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
    state: i === 5 ? 'failed' : 'serving',
    deployingSince: null,
    activity: name === 'svc-007' ? 'idle' : i === 5 ? null : 'running',
    reason: i === 5 ? 'The last request ended with a trap: out of bounds memory access' : null,
    triggers: [{ kind: 'http', route: '/...', executor: 'wagi' }],
    limits: { memoryBytes: 64 * 1024 * 1024, wallMillis: 5000, outputBytes: 1024 * 1024 },
    ...(versions
      ? {
          versions: [
            {
              number: 4,
              digest: null,
              deployedBy: 'user:default/mira',
              how: 'push',
              rollback: false,
              commit: hex(i + 40, 40),
              deployedAt: ago(9),
              state: 'failed',
              error:
                "src/index.ts:14:9 - error TS2322: Type 'string' is not assignable to type 'i32'.\n\n14   const n: i32 = \"seven\";\n           ^",
            },
            {
              number: 3,
              digest: `sha256:${hex(i + 1)}`,
              deployedBy: 'user:default/mira',
              how: 'push',
              rollback: false,
              commit: hex(i + 20, 40),
              deployedAt: ago(14 + i * 190),
              state: 'serving',
              error: null,
            },
            {
              number: 2,
              digest: `sha256:${hex(i + 9)}`,
              deployedBy: 'user:default/jonas',
              how: 'registry',
              rollback: true,
              commit: hex(i + 30, 40),
              deployedAt: ago(1900 + i * 190),
              state: 'replaced',
              error: null,
            },
            {
              number: 1,
              digest: `sha256:${hex(i + 17)}`,
              deployedBy: 'user:default/mira',
              how: 'template',
              rollback: true,
              commit: hex(i + 31, 40),
              deployedAt: ago(9800 + i * 190),
              state: 'replaced',
              error: null,
            },
          ],
        }
      : {}),
    figures: {
      deployedAt: ago(240 + i * 900),
      rps: name === 'svc-007' ? 0 : wave(i, Date.now() / 15000),
      errorRate: [0, 0.0004, 0.021, 0, 0, 0.084][i] ?? 0,
      p99Ms: name === 'svc-007' ? null : 3.1 + i * 7.4,
      running: i % 4,
      live: i % 4,
      requests: name === 'svc-007' ? 0 : 91_204 * (i + 1),
      traps: i === 5 ? 7 : i === 1 ? 2 : 0,
      languages: [['Rust'], ['Rust', 'JavaScript'], ['Go'], ['Python'], [], ['JavaScript']][i % 6],
      triggers: [{ kind: 'http', source: '/...' }, ...(i === 1 ? [{ kind: 'redis', source: 'payments.settled' }] : [])],
    },
    git: { cloneUrl: `http://localhost:7007/git/${namespace}/${name}.git`, branch: 'main', head: hex(i + 20, 40) },
  };
}

const latency = (i, total) => {
  const buckets = [];
  for (let k = 0, at = 0.05 * (1 + i); k < 44; k += 1, at *= 1.125) {
    const n = Math.round(
      total * 0.09 * Math.exp(-(((k - 14) / 6) ** 2)) + total * 0.008 * Math.exp(-(((k - 33) / 4) ** 2)),
    );
    if (n > 0) buckets.push([at, at * 1.125, n]);
  }
  const sum = buckets.reduce((all, b) => all + b[2], 0);
  const quantile = (share) => {
    let seen = 0;
    return buckets.find((b) => (seen += b[2]) >= share * sum)?.[1] ?? 0;
  };
  return { total: sum, p50Ms: quantile(0.5), p90Ms: quantile(0.9), p99Ms: quantile(0.99), buckets };
};
const always = (...names) => names.map((name) => ({ name, functions: [], access: 'always', key: '', values: [] }));

/** An app from the inside; `svc-007` never had a request. */
export function app(name, namespace = 'default') {
  const i = index(name);
  if (i < 0) return null;
  const quiet = name === 'svc-007';
  const figures = (share) => ({
    requests: Math.round(91_204 * (i + 1) * share),
    failures: i === 1 ? 2 : i === 5 ? 7 : 0,
    running: i % 4,
    peak: 4,
    latency: latency(i + share, 91_204 * share),
  });
  const component = (id, more) => ({
    id,
    source: `target/wasm32-wasip2/release/${id}.wasm`,
    digest: `sha256:${hex(i + id.length)}`,
    bytes: 95_585 * (i + 1),
    form: 'component',
    language: 'Rust',
    tools: [
      { field: 'language', name: 'Rust', version: '' },
      { field: 'processed-by', name: 'rustc', version: '1.90.0' },
      { field: 'processed-by', name: 'wit-component', version: '0.244.0' },
    ],
    imports: [
      { package: 'wasi:io@0.2.12', interfaces: always('poll', 'error', 'streams') },
      { package: 'wasi:clocks@0.2.12', interfaces: always('monotonic-clock', 'wall-clock') },
    ],
    exports: ['wasi:http/incoming-handler@0.2.12'],
    unused: [],
    figures: quiet ? null : figures(0.7),
    ...more,
  });
  const asked = (key, values, name, functions) => ({
    name,
    functions,
    access: values.length > 0 ? 'granted' : 'not-granted',
    key,
    values,
  });
  return {
    workload: `${namespace}/${name}`,
    state: 'serving',
    deployingSince: null,
    activity: quiet ? 'idle' : 'running',
    name,
    version: '1.4.0',
    components: [
      component(name, {
        imports: [
          { package: 'wasi:io@0.2.12', interfaces: always('poll', 'error', 'streams') },
          {
            package: 'wasi:cli@0.2.12',
            interfaces: [
              ...always('stdout', 'stderr', 'exit'),
              asked('environment', ['LOG_LEVEL'], 'environment', ['get-environment']),
            ],
          },
          {
            package: 'wasi:http@0.2.12',
            interfaces: [
              ...always('types'),
              asked(
                'allowed_outbound_hosts',
                ['https://api.payments.example.com', 'https://*.stock.example.com:8443'],
                'outgoing-handler',
                ['handle'],
              ),
            ],
          },
          {
            package: 'fermyon:spin@2.0.0',
            interfaces: [
              asked('key_value_stores', ['default'], 'key-value', [
                '[static]store.open',
                '[method]store.get',
                '[method]store.set',
                '[method]store.exists',
              ]),
              asked('sqlite_databases', [], 'sqlite', ['[static]connection.open', '[method]connection.execute']),
              asked('allowed_outbound_hosts', [], 'redis', ['[static]connection.open', '[method]connection.publish']),
              asked('variables', ['greeting', 'token'], 'variables', ['get']),
            ],
          },
        ],
        unused: i === 1 ? [{ key: 'key_value_stores', values: ['archive'] }] : [],
      }),
      ...(i === 1
        ? [
            component('receipts', {
              language: 'JavaScript',
              bytes: 11_400_112,
              source: 'receipts/dist/receipts.wasm',
              tools: [{ field: 'processed-by', name: 'ComponentizeJS', version: '0.21.0' }],
              figures: figures(0.05),
            }),
          ]
        : []),
    ],
    triggers: [
      { id: 'cart', kind: 'http', source: '/...', executor: 'http', component: name },
      ...(i === 1
        ? [
            { id: 'one', kind: 'http', source: '/orders/:id/receipt', executor: 'http', component: 'receipts' },
            { id: 'inner', kind: 'http', source: null, executor: 'http', component: 'receipts' },
            { id: 'health', kind: 'http', source: '/health', executor: 'static', component: '' },
            { id: 'paid', kind: 'redis', source: 'payments.settled', executor: '', component: name },
            { id: 'nightly', kind: 'cron', source: '0 30 3 * * *', executor: '', component: 'receipts' },
          ]
        : []),
    ],
    variables:
      i === 1
        ? [
            { name: 'greeting', required: false, secret: false, from: 'manifest', value: 'Hello' },
            { name: 'region', required: false, secret: false, from: 'provider', value: null },
            { name: 'token', required: true, secret: true, from: 'provider', value: null },
          ]
        : [],
    storage:
      i === 1
        ? [
            { kind: 'key-value', label: 'default', keys: 1204, bytes: 318_222 },
            { kind: 'sqlite', label: 'orders', keys: null, bytes: 4_218_880 },
          ]
        : [],
    instances: {
      running: i % 4,
      waiting: 0,
      atOnce: 4,
      live: i === 1 ? 3 : i % 4,
      made: quiet ? 0 : i === 1 ? 2_051 : 91_204 * (i + 1),
      reused: i === 1 ? 91_204 * 2 - 2_051 : 0,
    },
    requests: {
      total: quiet ? 0 : 91_204 * (i + 1),
      failures: i === 1 ? 2 : i === 5 ? 7 : 0,
      traps: i === 1 ? 2 : i === 5 ? 7 : 0,
      refused: i === 1 ? 14 : 0,
      limits: i === 1 ? { 'wall-time': 1, 'request-body': 13 } : {},
      recentSeconds: 3600,
      byClass: quiet ? {} : { '2xx': 41_220, '4xx': 218, ...(i === 1 ? { '5xx': 2 } : {}) },
    },
    latency: quiet ? { total: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, buckets: [] } : latency(i, 91_204 * (i + 1)),
    limits: {
      memoryBytes: 134_217_728,
      wallMillis: 10_000,
      outputBytes: 8_388_608,
      bodyBytes: 10_485_760,
      concurrency: 1024,
      cpuMillis: 10_000,
      tableElements: 100_000,
      handles: 1024,
      headerBytes: 131_072,
      sockets: 64,
      outboundRequests: 32,
      connections: 128,
      hostMemoryBytes: 107_374_182,
      logBytes: 65_536,
      logBytesPerSecond: 262_144,
    },
    traps:
      i === 1
        ? [
            {
              id: hex(77, 16),
              at: ago(4),
              component: 'orders',
              request: 'POST /orders',
              kind: 'unreachable',
              limit: null,
              message:
                "unreachable executed; its last words: thread '<unnamed>' panicked at src/cart.rs:41:18: index out of bounds: the len is 3 but the index is 7",
              frames: [
                { function: '__rust_start_panic', file: null, line: 0 },
                { function: 'core::panicking::panic_bounds_check', file: 'library/core/src/panicking.rs', line: 273 },
                { function: 'orders::cart::Cart::line', file: 'src/cart.rs', line: 41 },
                { function: 'orders::handle', file: 'src/lib.rs', line: 18 },
                { function: 'wasi:http/incoming-handler@0.2.12#handle', file: null, line: 0 },
              ],
            },
            {
              id: hex(78, 16),
              at: ago(63),
              component: 'receipts',
              request: 'GET /orders/417/receipt',
              kind: 'deadline',
              limit: 'wall-time',
              message: 'ran past its deadline',
              frames: [{ function: '#812', file: null, line: 0 }],
            },
          ]
        : [],
  };
}
export const eventTriggers = (name) =>
  index(name) !== 1
    ? []
    : [
        {
          id: 'paid',
          kind: 'redis',
          component: 'orders',
          source: 'redis://cache.example.com/ payments.settled',
          delivery: 'at-most-once',
          state: 'connected',
          since: ago(600),
          lastEventAt: ago(1),
          lastError: { at: LETTER.at, message: LETTER.error },
          nextAt: null,
          running: 0,
          waiting: 0,
          received: 8_214,
          succeeded: 8_211,
          failed: 3,
          redelivered: 4,
          dropped: 0,
          deadLetters: 1,
        },
        {
          id: 'nightly',
          kind: 'cron',
          component: 'receipts',
          source: '0 30 3 * * *',
          delivery: 'at-least-once',
          state: 'connected',
          since: ago(600),
          lastEventAt: null,
          lastError: null,
          nextAt: ago(-320),
          running: 0,
          waiting: 0,
          received: 0,
          succeeded: 0,
          failed: 0,
          redelivered: 0,
          dropped: 0,
          deadLetters: 0,
        },
      ];
export const tried = ({ method, path, body }) => {
  const text = /trap/.test(path)
    ? JSON.stringify({
        type: 'about:blank',
        title: 'BAD_UPSTREAM',
        status: 502,
        detail: 'it trapped',
        trap: 'unreachable',
        trace: hex(77, 16),
      })
    : JSON.stringify({ method, path, echo: body || null, articles: [{ id: 'A-17', n: 2 }] });
  return {
    status: /trap/.test(path) ? 502 : 200,
    headers: [
      { name: 'content-type', value: /trap/.test(path) ? 'application/problem+json' : 'application/json' },
      { name: 'cache-control', value: 'no-store' },
    ],
    body: text,
    bodyBase64: null,
    bytes: text.length,
    truncated: false,
    headMillis: 1.82,
    totalMillis: 2.07,
  };
};

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
for (const x of entities) {
  if (x.kind === 'Component' && index(x.metadata.name) >= 0)
    x.metadata.annotations['polder.dev/workload'] = `${x.metadata.namespace}/${x.metadata.name}`;
}
export const componentRefs = entities.filter((x) => x.kind === 'Component').map(refOf);

const LETTER = {
  id: '1764064800000001',
  trigger: 'paid',
  kind: 'redis',
  component: 'orders',
  source: 'redis://cache.example.com/ payments.settled',
  subject: 'payments.settled',
  at: ago(12),
  firstAt: ago(12),
  error: 'workload default/orders (component orders): it answered the event with an error: no stock for sku 42',
  attempts: 5,
  bytes: 23,
  truncated: false,
  preview: '{"sku": 42, "count": 3}',
};
export const deadLetters = (name) =>
  index(name) === 1
    ? { items: [LETTER], next: null, total: 1, bytes: 23 }
    : { items: [], next: null, total: 0, bytes: 0 };
export const deadLetter = () => ({
  ...LETTER,
  replyTo: null,
  metadata: [],
  payload: { encoding: 'text', data: LETTER.preview, shown: LETTER.preview.length },
});
