import { parse } from 'yaml';

export interface Operation {
  method: string;
  path: string;
  summary: string | null;
  description: string | null;
  parameters: { name: string; where: string; required: boolean; type: string; description: string | null }[];
  responses: { status: string; description: string | null }[];
  deprecated: boolean;
}
export interface ReadDefinition {
  title: string | null;
  version: string | null;
  operations: Operation[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
/** A definition larger than this is shown as text only: reading it would hold up the page. */
export const LARGEST = 2_000_000;

type Obj = Record<string, unknown>;
const object = (value: unknown): Obj =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Obj) : {};
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Reads the operations of an OpenAPI document or the channels of an AsyncAPI one. Throws what the parser says. */
export function readDefinition(type: string, definition: string): ReadDefinition | null {
  if (definition.length > LARGEST || !/^(openapi|asyncapi)$/.test(type)) return null;
  const document = object(parse(definition, { maxAliasCount: 100 }));
  const info = object(document['info']);
  const operations = type === 'openapi' ? openApi(document) : asyncApi(document);
  return {
    title: text(info['title']),
    version: info['version'] === undefined ? null : String(info['version']),
    operations,
  };
}

function openApi(document: Obj): Operation[] {
  return Object.entries(object(document['paths'])).flatMap(([path, item]) => {
    const shared = list(object(item)['parameters']);
    return Object.entries(object(item))
      .filter(([method]) => METHODS.includes(method))
      .map(([method, value]): Operation => {
        const operation = object(value);
        return {
          method,
          path,
          summary: text(operation['summary']) ?? text(operation['operationId']),
          description: text(operation['description']),
          parameters: [...shared, ...list(operation['parameters'])].map((p) => parameter(resolve(document, p))),
          responses: Object.entries(object(operation['responses'])).map(([status, response]) => ({
            status,
            description: text(resolve(document, response)['description']),
          })),
          deprecated: operation['deprecated'] === true,
        };
      });
  });
}

function asyncApi(document: Obj): Operation[] {
  const plain = (method: string, path: string, value: unknown): Operation => ({
    method,
    path,
    summary: text(object(value)['summary']) ?? text(object(value)['operationId']),
    description: text(object(value)['description']),
    parameters: [],
    responses: [],
    deprecated: false,
  });
  // Version 3 lists operations apart from channels; version 2 puts publish and subscribe into each channel.
  const operations = Object.entries(object(document['operations']));
  if (operations.length > 0) {
    return operations.map(([name, value]) => plain(text(object(value)['action']) ?? 'channel', name, value));
  }
  return Object.entries(object(document['channels'])).flatMap(([name, channel]) =>
    ['publish', 'subscribe'].filter((m) => m in object(channel)).map((m) => plain(m, name, object(channel)[m])),
  );
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Follows one local reference, `#/components/…`; others are shown by their name. */
function resolve(document: Obj, value: unknown): Obj {
  const ref = text(object(value)['$ref']);
  if (!ref?.startsWith('#/')) return object(value);
  return object(
    ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => object(at)[key.replaceAll('~1', '/').replaceAll('~0', '~')], document),
  );
}

function parameter(value: Obj): Operation['parameters'][number] {
  const schema = object(value['schema']);
  const type = text(schema['type']) ?? 'any';
  return {
    name: text(value['name']) ?? '?',
    where: text(value['in']) ?? '',
    required: value['required'] === true,
    type: text(schema['format']) ? `${type} (${String(schema['format'])})` : type,
    description: text(value['description']),
  };
}
