import type { RJSFSchema, UiSchema } from '@rjsf/utils';

type Obj = Record<string, unknown>;
const isObject = (value: unknown): value is Obj => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Backstage's templates write `ui:*` into the JSON Schema itself; rjsf wants them apart. Conditional parts
 * (dependencies, oneOf, if/then …) describe fields of the same object, so their hints join those of the object.
 */
export function splitUiSchema(source: Obj): { schema: RJSFSchema; uiSchema: UiSchema } {
  const uiSchema: Obj = {};
  const schema = walk(source, uiSchema);
  return { schema: schema as RJSFSchema, uiSchema: uiSchema as UiSchema };
}

function walk(node: Obj, ui: Obj): Obj {
  const schema: Obj = {};
  for (const [key, value] of Object.entries(node)) {
    if (key.startsWith('ui:')) ui[key] = value;
    else if (key.startsWith('backstage:')) continue;
    else if (key === 'properties' && isObject(value)) schema[key] = properties(value, ui);
    else if (key === 'items' && isObject(value)) schema[key] = walk(value, child(ui, 'items'));
    else if (['oneOf', 'anyOf', 'allOf'].includes(key) && Array.isArray(value)) {
      schema[key] = value.map((each: unknown) => (isObject(each) ? walk(each, ui) : each));
    } else if (['if', 'then', 'else', 'not'].includes(key) && isObject(value)) schema[key] = walk(value, ui);
    else if (key === 'dependencies' && isObject(value)) {
      schema[key] = Object.fromEntries(Object.entries(value).map(([k, v]) => [k, isObject(v) ? walk(v, ui) : v]));
    } else schema[key] = value;
  }
  return schema;
}

function properties(value: Obj, ui: Obj): Obj {
  return Object.fromEntries(
    Object.entries(value).map(([name, property]) => [
      name,
      isObject(property) ? walk(property, child(ui, name)) : property,
    ]),
  );
}

function child(ui: Obj, name: string): Obj {
  const known = ui[name];
  if (isObject(known)) return known;
  const made: Obj = {};
  ui[name] = made;
  return made;
}
