import { object, resolve, type Obj } from './json';

const DEEPEST = 6;
const MOST_PROPERTIES = 50;
const STRINGS: Record<string, string> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  uuid: '00000000-0000-4000-8000-000000000000',
  email: 'someone@example.com',
  uri: 'https://example.com/',
};

/** A value that a schema describes: its example or default where it has one, else the plainest of its type. */
export function sample(document: Obj, value: unknown, depth = 0): unknown {
  const schema = resolve(document, value);
  for (const key of ['example', 'default', 'const']) if (schema[key] !== undefined) return schema[key];
  for (const key of ['examples', 'enum']) if (Array.isArray(schema[key])) return (schema[key] as unknown[])[0];
  if (depth >= DEEPEST) return null;
  const parts = ['allOf', 'oneOf', 'anyOf'].flatMap((key) => {
    const all = Array.isArray(schema[key]) ? (schema[key] as unknown[]) : [];
    return key === 'allOf' ? all : all.slice(0, 1);
  });
  const made = parts.map((part) => sample(document, part, depth + 1));
  const type: unknown = Array.isArray(schema['type']) ? schema['type'].find((t) => t !== 'null') : schema['type'];
  if (type === 'object' || schema['properties'] !== undefined) {
    const own = Object.entries(object(schema['properties']))
      .slice(0, MOST_PROPERTIES)
      .filter(([, property]) => resolve(document, property)['readOnly'] !== true)
      .map(([name, property]) => [name, sample(document, property, depth + 1)] as const);
    return Object.assign({}, ...made.map(object), Object.fromEntries(own)) as Obj;
  }
  if (made.length > 0) return made.every((m) => typeof m === 'object') ? Object.assign({}, ...made) : made[0];
  switch (type) {
    case 'array':
      return [sample(document, schema['items'], depth + 1)];
    case 'string':
      return STRINGS[String(schema['format'])] ?? 'text';
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 0;
    case 'boolean':
      return false;
    default:
      return null;
  }
}

/** As it is sent under a media type. */
export function sampleText(value: unknown, type: string): string {
  if (value === null || value === undefined) return '';
  if (/[/+]json\b/i.test(type)) return JSON.stringify(value, null, 2);
  if (type === 'application/x-www-form-urlencoded')
    return new URLSearchParams(Object.entries(object(value)).map(([k, v]) => [k, String(v)])).toString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}
