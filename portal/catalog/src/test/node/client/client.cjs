// Drives a catalogue through the client that Backstage's own plugins use. Prints one line per check.
const assert = require('node:assert/strict');
const { CatalogClient } = require('@backstage/catalog-client');

const [baseUrl, locationUrl] = process.argv.slice(2);
const client = new CatalogClient({ discoveryApi: { getBaseUrl: async () => baseUrl } });
const refOf = e => `${e.kind}:${e.metadata.namespace}/${e.metadata.name}`.toLowerCase();

const checks = {
  async 'getEntities filters, orders and selects'() {
    const { items } = await client.getEntities({
      filter: [{ kind: 'Component', 'spec.lifecycle': ['production', 'deprecated'] }],
      order: { field: 'metadata.name', order: 'desc' },
      fields: ['kind', 'metadata.name', 'metadata.namespace'],
    });
    assert.equal(items.length, 12);
    assert.deepEqual(Object.keys(items[0]).sort(), ['kind', 'metadata']);
    const names = items.map(e => e.metadata.name);
    assert.deepEqual(names, [...names].sort().reverse());
  },
  async 'getEntities pages with limit, offset and after'() {
    const seen = [];
    let after;
    for (let page = 0; page < 20; page++) {
      const { items } = await client.getEntities({ limit: 10, after, offset: after ? undefined : 0 });
      seen.push(...items.map(refOf));
      if (items.length < 10) break;
      after = Buffer.from(JSON.stringify({ limit: 10, offset: seen.length })).toString('base64');
    }
    assert.equal(new Set(seen).size, seen.length);
    assert.ok(seen.length > 50);
  },
  async 'queryEntities pages forth and back by GET'() {
    const first = await client.queryEntities({ limit: 5, orderFields: { field: 'metadata.name', order: 'asc' } });
    assert.equal(first.pageInfo.prevCursor, undefined);
    const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor, limit: 5 });
    const back = await client.queryEntities({ cursor: second.pageInfo.prevCursor, limit: 5 });
    assert.deepEqual(back.items.map(refOf), first.items.map(refOf));
    assert.equal(second.totalItems, first.totalItems);
  },
  async 'queryEntities goes on by POST when the cursor holds a query'() {
    let page = await client.queryEntities({
      query: { $all: [{ kind: 'api' }, { $not: { 'spec.type': 'grpc' } }] },
      limit: 3,
      orderFields: [{ field: 'metadata.name', order: 'asc' }],
    });
    const names = page.items.map(e => e.metadata.name);
    while (page.pageInfo.nextCursor) {
      page = await client.queryEntities({ cursor: page.pageInfo.nextCursor, limit: 3 });
      names.push(...page.items.map(e => e.metadata.name));
    }
    assert.equal(names.length, 8);
    assert.ok(!names.includes('stock-api'));
  },
  async 'queryEntities finds text'() {
    const { items } = await client.queryEntities({
      filter: { kind: 'component' },
      fullTextFilter: { term: 'SHIPPING', fields: ['metadata.name', 'metadata.title'] },
    });
    assert.deepEqual(items.map(refOf), ['component:default/shipping-service']);
  },
  async 'streamEntities brings everything'() {
    let count = 0;
    for await (const page of client.streamEntities({ filter: { kind: 'user' } })) count += page.length;
    assert.equal(count, 14);
  },
  async 'getEntityByRef, missing ones are undefined'() {
    const entity = await client.getEntityByRef('Component:default/Order-Service');
    assert.equal(entity.spec.owner, 'group:default/checkout');
    assert.ok(entity.relations.some(r => r.type === 'providesApi' && r.targetRef === 'api:default/orders-api'));
    assert.equal(await client.getEntityByRef('component:default/none'), undefined);
  },
  async 'getEntitiesByRefs keeps places'() {
    const { items } = await client.getEntitiesByRefs({
      entityRefs: ['group:default/checkout', 'nonsense', 'group:default/none', 'group:default/checkout'],
      fields: ['metadata.name'],
    });
    assert.deepEqual(items.map(e => e && e.metadata.name), ['checkout', undefined, undefined, 'checkout']);
  },
  async 'getEntityAncestors'() {
    const { rootEntityRef, items } = await client.getEntityAncestors({ entityRef: 'component:default/search' });
    assert.equal(rootEntityRef, 'component:default/search');
    assert.deepEqual(items[0].parentEntityRefs, ['location:default/acme']);
    assert.equal(items.length, 3);
  },
  async 'getEntityFacets'() {
    const { facets } = await client.getEntityFacets({
      facets: ['kind', 'Spec.Type'],
      filter: { kind: ['Component', 'System'] },
    });
    assert.deepEqual(facets.kind, [{ value: 'Component', count: 14 }, { value: 'System', count: 3 }]);
    assert.ok(facets['Spec.Type'].some(f => f.value === 'mobile-app' && f.count === 1));
  },
  async 'addLocation, getLocations, getLocationByEntity, removeLocationById'() {
    const dry = await client.addLocation({ target: locationUrl, dryRun: true });
    assert.equal(dry.exists, false);
    assert.ok(dry.entities.some(e => e.metadata.name === 'remote'));
    const { location, entities } = await client.addLocation({ target: locationUrl });
    assert.deepEqual(entities, []);
    await assert.rejects(client.addLocation({ target: locationUrl }), e => e.name === 'ResponseError' && e.statusCode === 409);
    assert.deepEqual((await client.getLocationById(location.id)).target, locationUrl);
    assert.equal((await client.getLocations()).items.length, 1);
    let remote;
    for (let i = 0; i < 100 && !remote; i++) {
      remote = await client.getEntityByRef('component:default/remote');
      if (!remote) await new Promise(r => setTimeout(r, 100));
    }
    assert.equal((await client.getLocationByEntity('component:default/remote')).id, location.id);
    assert.equal((await client.getLocationByRef(`url:${locationUrl}`)).id, location.id);
    await client.refreshEntity('component:default/remote');
    await client.removeLocationById(location.id);
    assert.equal(await client.getLocationById(location.id), undefined);
    for (let i = 0; i < 100 && remote; i++) {
      remote = await client.getEntityByRef('component:default/remote');
      if (remote) await new Promise(r => setTimeout(r, 100));
    }
    assert.equal(remote, undefined);
  },
  async 'validateEntity'() {
    const entity = { apiVersion: 'backstage.io/v1alpha1', kind: 'Domain', metadata: { name: 'd' }, spec: { owner: 'x' } };
    assert.deepEqual(await client.validateEntity(entity, 'url:https://example.com/x.yaml'), { valid: true });
    const bad = await client.validateEntity({ ...entity, spec: {} }, 'url:https://example.com/x.yaml');
    assert.equal(bad.valid, false);
    assert.match(bad.errors[0].message, /must have required property 'owner'/);
  },
  async 'analyzeLocation'() {
    const answer = await client.analyzeLocation({ location: { type: 'url', target: 'https://github.com/acme/new-thing' } });
    assert.equal(answer.generateEntities[0].entity.metadata.name, 'new-thing');
  },
  async 'errors have the body that the client understands'() {
    await assert.rejects(client.refreshEntity('component:default/none'), e => {
      assert.equal(e.name, 'ResponseError');
      assert.equal(e.body.error.name, 'NotFoundError');
      assert.equal(e.body.request.url, '/refresh');
      return true;
    });
  },
};

(async () => {
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`ok ${name}`);
    } catch (e) {
      failed++;
      console.log(`FAILED ${name}\n${e.stack}`);
    }
  }
  console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
})();
