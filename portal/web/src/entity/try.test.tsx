import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Entity, Workload } from '../api/types';
import { Definition } from './Definition';
import { readDefinition, type Operation } from './openapi';
import { firstValues, missing, requestOf } from './operation-request';
import { sample, sampleText } from './sample';
import { reason } from './useProvider';

const ORDERS = `
openapi: 3.0.3
info: {title: Orders, version: 1.4.0}
servers: [{url: "https://{region}.acme.example/v1/", variables: {region: {default: eu}}}]
paths:
  /orders:
    post:
      summary: Place an order
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: "#/components/schemas/Order"}}
    get:
      parameters:
        - {name: customer, in: query, required: true, schema: {type: string}}
        - {name: state, in: query, schema: {type: array, items: {type: string}}}
        - {name: X-Trace, in: header, schema: {type: string, default: off}}
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    delete: {summary: Cancel it}
components:
  schemas:
    Order:
      type: object
      properties:
        customer: {type: string, format: uuid}
        id: {type: string, readOnly: true}
        lines: {type: array, items: {type: object, properties: {sku: {type: string, example: MUG}, n: {type: integer, minimum: 1}}}}
`;
const operation = (text: string, id: string): Operation => {
  const found = readDefinition('openapi', text)?.operations.find((o) => `${o.method} ${o.path}` === id);
  if (!found) throw new Error(id);
  return found;
};

describe('an operation of OpenAPI', () => {
  it('becomes a request', () => {
    const list = operation(ORDERS, 'get /orders');
    expect(firstValues(list)).toEqual({ 'query customer': '', 'query state': '', 'header X-Trace': '' });
    expect(missing(list, {}).map((p) => p.name)).toEqual(['customer']);
    const values = { 'query customer': 'a&b', 'query state': 'paid, sent', 'header X-Trace': 'on' };
    expect(requestOf(list, 'v1/', values, [], '')).toEqual({
      method: 'GET',
      path: '/v1/orders?customer=a%26b&state=paid&state=sent',
      headers: [{ name: 'X-Trace', value: 'on' }],
      body: '',
    });
    const cancel = operation(ORDERS, 'delete /orders/{id}');
    expect(requestOf(cancel, '', {}, [], '').path).toBe('/orders/%7Bid%7D');
    expect(requestOf(cancel, '', { 'path id': 'a/7' }, [], 'no body').body).toBe('');
    expect(requestOf(cancel, '', { 'path id': 'a/7' }, [], '').path).toBe('/orders/a%2F7');
  });
  it('has a body made of its schema, with its media type', () => {
    const place = operation(ORDERS, 'post /orders');
    const body = place.body?.example ?? '';
    expect(JSON.parse(body)).toEqual({
      customer: '00000000-0000-4000-8000-000000000000',
      lines: [{ sku: 'MUG', n: 1 }],
    });
    expect(requestOf(place, '', {}, [], body).headers).toEqual([{ name: 'content-type', value: 'application/json' }]);
    const own = [{ name: 'Content-Type', value: 'text/plain' }];
    expect(requestOf(place, '', {}, own, body).headers).toEqual(own);
  });
  it('knows where it stands, in version 2 too', () => {
    expect(readDefinition('openapi', ORDERS)?.basePath).toBe('/v1');
    const old = `
swagger: "2.0"
basePath: /api
paths:
  /a:
    put:
      parameters:
        - {name: n, in: query, type: integer, enum: [1, 2]}
        - {name: it, in: body, schema: {allOf: [{properties: {a: {type: boolean}}}, {properties: {b: {type: string}}}]}}
`;
    expect(readDefinition('openapi', old)?.basePath).toBe('/api');
    const put = operation(old, 'put /a');
    expect(put.parameters).toMatchObject([{ name: 'n', values: ['1', '2'], type: 'integer' }]);
    expect(JSON.parse(put.body?.example ?? '')).toEqual({ a: false, b: 'text' });
  });
  it('ends a schema that holds itself', () => {
    const document = { s: { type: 'object', properties: { next: { $ref: '#/s' } } } };
    expect(JSON.stringify(sample(document, { $ref: '#/s' }))).toMatch(/^(\{"next":)+null\}+$/);
    expect(sampleText({ a: 1, b: 'x y' }, 'application/x-www-form-urlencoded')).toBe('a=1&b=x+y');
  });
});

const API = (providers: string[]): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'API',
  metadata: { name: 'orders' },
  spec: { type: 'openapi', definition: ORDERS },
  relations: providers.map((targetRef) => ({ type: 'apiProvidedBy', targetRef })),
});

function show(api: Entity, workload: Partial<Workload> | null): string[] {
  const sent: string[] = [];
  vi.stubGlobal('fetch', (path: string, init: { method: string; body: string | null }) => {
    if (init.method === 'POST') {
      sent.push(`${path} ${init.body ?? ''}`);
      return Promise.resolve(
        Response.json({
          status: 204,
          headers: [],
          body: '',
          bodyBase64: null,
          bytes: 0,
          totalMillis: 1,
          headMillis: 1,
        }),
      );
    }
    return Promise.resolve(
      workload ? Response.json(workload) : Response.json({ code: 'NOT_FOUND', detail: 'none' }, { status: 404 }),
    );
  });
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <Definition entity={api} />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return sent;
}

// Mantine's growing text area asks for it, and the test's document has none.
Object.defineProperty(document, 'fonts', { value: new EventTarget() });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('trying an operation', () => {
  it('sends it to the component that provides the API', async () => {
    const sent = show(API(['component:default/orders']), {
      ref: 'component:default/orders',
      state: 'serving',
      url: 'http://orders.default.localhost:8080/',
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Try DELETE /orders/{id}' }));
    const id = await screen.findByRole('textbox', { name: /id \(path\)/ });
    await userEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(sent).toEqual([]);
    await userEvent.type(id, 'o-7{Control>}{Enter}{/Control}');
    expect(await screen.findByText('204')).toBeDefined();
    expect(sent).toEqual([
      '/api/polder/workloads/default/orders/try {"method":"DELETE","path":"/v1/orders/o-7","headers":[],"body":""}',
    ]);
  });
  it('is not offered where nothing would answer, and the reason is said', async () => {
    show(API(['component:default/orders']), null);
    expect(
      await screen.findByText(/cannot be tried here: orders provides it and does not run in Polder/),
    ).toBeDefined();
    expect(screen.queryByRole('button', { name: /^Try / })).toBeNull();
  });
  it('names each reason', () => {
    expect(reason('api:default/orders', [], [])).toBe('no component names orders in its spec.providesApis');
    const stopped = { state: 'stopped', reason: 'stopped on request' } as Workload;
    expect(reason('api:default/o', ['component:default/a', 'component:infra/b'], [stopped, null])).toBe(
      'a is stopped (stopped on request); infra/b provides it and does not run in Polder',
    );
  });
});
