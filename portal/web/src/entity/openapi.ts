import { parse } from 'yaml';
import { list, object, resolve, text, type Obj } from './json';
import { sample, sampleText } from './sample';

export interface Operation {
  method: string;
  path: string;
  summary: string | null;
  description: string | null;
  parameters: Parameter[];
  /** What a request may carry; null when it has no body. */
  body: { type: string; required: boolean; example: string } | null;
  responses: { status: string; description: string | null }[];
  deprecated: boolean;
}
export interface Parameter {
  name: string;
  /** `path`, `query`, `header` or `cookie`. */
  where: string;
  required: boolean;
  type: string;
  /** The values that it may have; empty when there are others. */
  values: string[];
  /** What stands in the definition as its example or default. */
  example: string;
  /** Whether it is a list, and each of its items is a parameter of its own. */
  list: boolean;
  exploded: boolean;
  description: string | null;
}
export interface ReadDefinition {
  title: string | null;
  version: string | null;
  /** In front of every path, without a slash at its end; from the first server. */
  basePath: string;
  operations: Operation[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
/** A definition larger than this is shown as text only: reading it would hold up the page. */
export const LARGEST = 2_000_000;

/** Reads the operations of an OpenAPI document or the channels of an AsyncAPI one. Throws what the parser says. */
export function readDefinition(type: string, definition: string): ReadDefinition | null {
  if (definition.length > LARGEST || !/^(openapi|asyncapi)$/.test(type)) return null;
  const document = object(parse(definition, { maxAliasCount: 100 }));
  const info = object(document['info']);
  const operations = type === 'openapi' ? openApi(document) : asyncApi(document);
  return {
    title: text(info['title']),
    version: info['version'] === undefined ? null : String(info['version']),
    basePath: basePath(document),
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
          parameters: parameters(document, [...shared, ...list(operation['parameters'])]),
          body: body(document, operation),
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
    body: null,
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

/** An operation's own parameter takes the place of its path's; what a body is made of is no parameter. */
function parameters(document: Obj, values: unknown[]): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const value of values) {
    const read = parameter(document, resolve(document, value));
    if (['path', 'query', 'header', 'cookie'].includes(read.where)) found.set(`${read.where} ${read.name}`, read);
  }
  return [...found.values()];
}

function parameter(document: Obj, value: Obj): Parameter {
  // Version 2 has the schema's keys in the parameter itself.
  const schema = 'schema' in value ? resolve(document, value['schema']) : value;
  const type = text(schema['type']) ?? 'any';
  const example = value['example'] ?? schema['example'] ?? schema['default'];
  return {
    name: text(value['name']) ?? '?',
    where: text(value['in']) ?? '',
    required: value['required'] === true,
    type: text(schema['format']) ? `${type} (${String(schema['format'])})` : type,
    values: list(schema['enum']).map(String),
    example: Array.isArray(example) ? example.join(',') : example === undefined ? '' : String(example),
    list: type === 'array',
    exploded: value['explode'] !== false,
    description: text(value['description']),
  };
}

/** The body of an operation: JSON where it may be, with the definition's example or one made of its schema. */
function body(document: Obj, operation: Obj): Operation['body'] {
  const asked = resolve(document, operation['requestBody']);
  const content = Object.entries(object(asked['content']));
  const [type, media] = content.find(([name]) => /[/+]json\b/i.test(name)) ?? content[0] ?? [];
  if (type !== undefined) {
    const named = resolve(document, Object.values(object(object(media)['examples']))[0]);
    const given = object(media)['example'] ?? named['value'];
    const made = given ?? sample(document, object(media)['schema']);
    return { type, required: asked['required'] === true, example: sampleText(made, type) };
  }
  const old = list(operation['parameters'])
    .map((p) => resolve(document, p))
    .find((p) => p['in'] === 'body');
  return old
    ? {
        type: 'application/json',
        required: old['required'] === true,
        example: sampleText(sample(document, old['schema']), 'application/json'),
      }
    : null;
}

function basePath(document: Obj): string {
  const server = object(list(document['servers'])[0]);
  const filled = (text(server['url']) ?? text(document['basePath']) ?? '').replaceAll(
    /\{([^}]*)\}/g,
    (_, name: string) => String(object(object(server['variables'])[name])['default'] ?? name),
  );
  try {
    return new URL(filled, 'http://localhost/').pathname.replace(/\/+$/, '');
  } catch {
    return '';
  }
}
