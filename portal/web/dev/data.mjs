// A small believable company for development and for the tests of the interface. Never shipped.
const NOW = Date.now();
export const ago = (minutes) => new Date(NOW - minutes * 60_000).toISOString();
export const hex = (seed, length = 64) => {
  let text = '';
  let x = seed * 2654435761 + 12345;
  while (text.length < length) {
    x = (x * 1103515245 + 12345) >>> 0;
    text += x.toString(16).padStart(8, '0');
  }
  return text.slice(0, length);
};

const OPENAPI = `openapi: 3.1.0
info: { title: Orders, version: 2.3.0 }
servers: [{ url: 'https://orders.acme.test/v2' }]
paths:
  /orders:
    get:
      summary: Orders of a customer, newest first
      parameters:
        - { name: customer, in: query, required: true, schema: { type: string }, description: The customer's number }
        - { name: limit, in: query, schema: { type: integer } }
      responses: { '200': { description: A page of orders }, '400': { description: No customer given } }
    post:
      summary: Place an order
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                customer: { type: string, example: c-88213 }
                lines: { type: array, items: { type: object, properties: { sku: { type: string, example: A-17 }, count: { type: integer, minimum: 1 } } } }
      responses: { '201': { description: Placed }, '409': { description: Not enough in stock } }
  /orders/{id}:
    get: { summary: One order, responses: { '200': { description: The order }, '404': { description: No such order } } }
    delete: { summary: Cancel an order, deprecated: true, responses: { '204': { description: Cancelled } } }
`;
const ASYNCAPI = `asyncapi: 3.0.0
info: { title: Stock events, version: 1.0.0 }
operations:
  stockChanged: { action: send, summary: The amount of an article has changed }
`;
const PROTO = `syntax = "proto3";
package acme.payment.v1;
service Payment {
  rpc Charge(ChargeRequest) returns (ChargeReply);
}
`;

const e = (kind, name, spec, more = {}) => ({
  apiVersion: kind === 'Template' ? 'scaffolder.backstage.io/v1beta3' : 'backstage.io/v1alpha1',
  kind,
  metadata: {
    uid: hex(name.length * 7 + name.charCodeAt(0), 32),
    etag: hex(name.length, 40),
    name,
    namespace: more.namespace ?? 'default',
    ...(more.title ? { title: more.title } : {}),
    ...(more.description ? { description: more.description } : {}),
    ...(more.tags ? { tags: more.tags } : {}),
    ...(more.links ? { links: more.links } : {}),
    annotations: {
      'backstage.io/managed-by-location': `file:samples/acme/${name}.yaml`,
      'backstage.io/managed-by-origin-location': 'file:samples/acme/catalog.yaml',
      ...(more.annotations ?? {}),
    },
  },
  spec,
  relations: [],
  ...(more.status ? { status: more.status } : {}),
});
const comp = (name, type, owner, system, more = {}) =>
  e(
    'Component',
    name,
    {
      type,
      lifecycle: more.lifecycle ?? 'production',
      ...(owner ? { owner } : {}),
      ...(system ? { system } : {}),
      ...(more.spec ?? {}),
    },
    more,
  );

export const entities = [
  comp('shop', 'website', 'web', 'storefront', {
    description: 'What customers see: search, basket, checkout.',
    tags: ['assemblyscript', 'customer-facing'],
    spec: { consumesApis: ['orders', 'stock'], dependsOn: ['component:search'] },
    links: [
      { url: 'https://shop.acme.test', title: 'The shop' },
      { url: 'https://runbooks.acme.test/shop', title: 'Runbook' },
    ],
  }),
  comp('orders', 'service', 'ordering', 'fulfilment', {
    description: 'Takes orders and follows them to the door.',
    tags: ['go'],
    spec: { providesApis: ['orders'], consumesApis: ['payment', 'stock-events'], dependsOn: ['resource:orders-db'] },
  }),
  comp('payment', 'service', 'payments', 'fulfilment', {
    description: 'Charges cards and pays back.',
    tags: ['rust', 'pci'],
    spec: { providesApis: ['payment'], dependsOn: ['resource:ledger'] },
  }),
  comp('search', 'service', 'web', 'storefront', {
    tags: ['rust'],
    description: 'Finds articles as one types.',
    spec: { dependsOn: ['resource:article-index', 'component:vanished'] },
  }),
  comp('stock', 'service', 'warehouse', 'fulfilment', {
    tags: ['go'],
    description: 'How many of each article lie where.',
    spec: { providesApis: ['stock', 'stock-events'] },
  }),
  comp('mailer', 'service', 'ordering', 'fulfilment', {
    lifecycle: 'deprecated',
    description: 'Sends order mails; to be replaced by notifier.',
    tags: ['java'],
  }),
  comp('notifier', 'service', 'ordering', 'fulfilment', {
    lifecycle: 'experimental',
    description: 'Mail, text and push from one queue.',
    tags: ['assemblyscript'],
  }),
  comp('price-calculator-with-a-really-long-name-that-needs-clipping-ok', 'library', 'web', 'storefront', {
    description: 'Prices, discounts, taxes.',
  }),
  comp('returns', 'service', null, 'fulfilment', {
    description: 'Nobody feels responsible.',
    status: {
      items: [
        {
          type: 'backstage.io/catalog-processing',
          level: 'error',
          message: 'spec.owner is missing; expected the name of a group or a user.',
        },
      ],
    },
  }),
  comp('greeter', 'service', 'web', null, {
    description: 'Made from the AssemblyScript template.',
    tags: ['assemblyscript', 'demo'],
  }),
  comp('telemetry', 'service', 'platform', 'operations', {
    namespace: 'infra',
    description: 'Collects what the others measure.',
    annotations: { 'backstage.io/orphan': 'true' },
  }),
  comp('backup', 'service', 'platform', 'operations', { namespace: 'infra', lifecycle: 'production' }),
  ...Array.from({ length: Number(process.env.FIXTURE_COMPONENTS ?? 60) }, (_, i) =>
    comp(
      `svc-${String(i + 1).padStart(3, '0')}`,
      ['service', 'library', 'website'][i % 3],
      ['web', 'ordering', 'warehouse', 'payments'][i % 4],
      ['storefront', 'fulfilment', null][i % 3],
      { lifecycle: ['production', 'experimental'][i % 2], tags: [['go'], ['rust'], ['java', 'legacy']][i % 3] },
    ),
  ),
  e(
    'API',
    'orders',
    { type: 'openapi', lifecycle: 'production', owner: 'ordering', system: 'fulfilment', definition: OPENAPI },
    { title: 'Orders API', tags: ['rest'] },
  ),
  e(
    'API',
    'stock-events',
    { type: 'asyncapi', lifecycle: 'production', owner: 'warehouse', system: 'fulfilment', definition: ASYNCAPI },
    {},
  ),
  e('API', 'stock', {
    type: 'openapi',
    lifecycle: 'production',
    owner: 'warehouse',
    system: 'fulfilment',
    definition: 'openapi: 3.0.0\ninfo: { title: Stock, version: "1" }\npaths: {}\n',
  }),
  e('API', 'payment', {
    type: 'grpc',
    lifecycle: 'production',
    owner: 'payments',
    system: 'fulfilment',
    definition: PROTO,
  }),
  e('Resource', 'orders-db', { type: 'database', owner: 'ordering', system: 'fulfilment' }),
  e('Resource', 'ledger', { type: 'database', owner: 'payments', system: 'fulfilment' }),
  e('Resource', 'article-index', { type: 'search-index', owner: 'web', system: 'storefront' }),
  e('System', 'storefront', { owner: 'web', domain: 'commerce' }, { description: 'What customers meet.' }),
  e('System', 'fulfilment', { owner: 'ordering', domain: 'commerce' }, { description: 'From the order to the door.' }),
  e('System', 'operations', { owner: 'platform' }, { namespace: 'infra' }),
  e('Domain', 'commerce', { owner: 'management' }),
  ...[
    ['web', 'Web'],
    ['ordering', 'Ordering'],
    ['payments', 'Payments'],
    ['warehouse', 'Warehouse'],
    ['platform', 'Platform'],
    ['management', 'Management'],
  ].map(([name, title]) =>
    e(
      'Group',
      name,
      {
        type: 'team',
        children: [],
        profile: { displayName: title, email: `${name}@acme.test` },
        ...(name === 'management' ? {} : { parent: 'management' }),
      },
      { description: `The ${title} team.` },
    ),
  ),
  ...[
    ['admin', 'Administrator', ['platform', 'web']],
    ['mira', 'Mira de Boer', ['web']],
    ['jonas', 'Jonas Weber', ['ordering', 'warehouse']],
    ['ada', 'Ada Okafor', ['payments']],
  ].map(([name, displayName, memberOf]) =>
    e('User', name, { profile: { displayName, email: `${name}@acme.test` }, memberOf }),
  ),
  ...[
    [
      'assemblyscript',
      'AssemblyScript HTTP service',
      'Needs nothing but Node, which Polder brings.',
      ['assemblyscript', 'http'],
    ],
    ['go', 'Go HTTP service', 'Compiled with TinyGo or Go to a WASI command.', ['go', 'http']],
    ['rust', 'Rust HTTP service', 'Compiled with cargo for wasm32-wasip1; small and fast.', ['rust', 'http']],
  ].map(([id, title, description, tags]) =>
    e(
      'Template',
      `${id}-service`,
      { type: 'service', owner: 'platform', steps: [{ action: 'fetch:template' }] },
      { title, description, tags, annotations: { 'polder.dev/toolchain': id } },
    ),
  ),
  e('Location', 'acme', { type: 'file', target: 'samples/acme/catalog.yaml' }),
];

const BOTH = {
  owner: ['ownedBy', 'ownerOf', 'group'],
  system: ['partOf', 'hasPart', 'system'],
  domain: ['partOf', 'hasPart', 'domain'],
  providesApis: ['providesApi', 'apiProvidedBy', 'api'],
  consumesApis: ['consumesApi', 'apiConsumedBy', 'api'],
  dependsOn: ['dependsOn', 'dependencyOf', 'component'],
  memberOf: ['memberOf', 'hasMember', 'group'],
  parent: ['childOf', 'parentOf', 'group'],
};
export const refOf = (x) => `${x.kind}:${x.metadata.namespace}/${x.metadata.name}`.toLowerCase();
export const byRef = new Map(entities.map((x) => [refOf(x), x]));
for (const x of entities) {
  for (const [field, [there, back, kind]] of Object.entries(BOTH)) {
    for (const raw of [x.spec[field] ?? []].flat()) {
      let target = raw.includes(':') ? raw : `${kind}:${raw}`;
      if (!target.includes('/')) {
        const [k, n] = target.split(':');
        target = `${k}:${x.metadata.namespace}/${n}`;
        if (!byRef.has(target) && byRef.has(`${k}:default/${n}`)) target = `${k}:default/${n}`;
        else if (!target.startsWith(`${k}:default`) && !byRef.has(target)) target = `${k}:default/${n}`;
      }
      x.relations.push({ type: there, targetRef: target });
      byRef.get(target)?.relations.push({ type: back, targetRef: refOf(x) });
    }
  }
  x.relations.sort((a, b) => (a.type + a.targetRef).localeCompare(b.type + b.targetRef));
}
