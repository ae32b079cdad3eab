export type Obj = Record<string, unknown>;
export const object = (value: unknown): Obj =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Obj) : {};
export const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Follows one local reference, `#/components/…`; others are shown by their name. */
export function resolve(document: Obj, value: unknown): Obj {
  const ref = text(object(value)['$ref']);
  if (!ref?.startsWith('#/')) return object(value);
  return object(
    ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => object(at)[key.replaceAll('~1', '/').replaceAll('~0', '~')], document),
  );
}
