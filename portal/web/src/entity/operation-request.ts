import type { TryRequest } from '../api/app';
import type { Operation, Parameter } from './openapi';

/** What a person filled in: values by `WHERE NAME`. */
export type Values = Record<string, string>;

export const keyOf = ({ where, name }: Parameter): string => `${where} ${name}`;

/** What the definition has as examples stands in the form of what is required; the rest is left out until filled in. */
export function firstValues({ parameters }: Operation): Values {
  return Object.fromEntries(parameters.map((p) => [keyOf(p), p.required ? p.example || (p.values[0] ?? '') : '']));
}

export function missing({ parameters }: Operation, values: Values): Parameter[] {
  return parameters.filter((p) => (p.required || p.where === 'path') && !values[keyOf(p)]);
}

/** The request of an operation. A path parameter without a value keeps its name, so that the shape can still be read. */
export function requestOf(
  operation: Operation,
  basePath: string,
  values: Values,
  headers: TryRequest['headers'],
  body: string,
): TryRequest {
  const of = (where: string) =>
    operation.parameters
      .filter((p) => p.where === where && values[keyOf(p)])
      .map((p) => [p, values[keyOf(p)] ?? ''] as const);
  const path = operation.path.replaceAll(/\{([^}]*)\}/g, (whole, name: string) => {
    const value = values[`path ${name}`];
    return value ? encodeURIComponent(value) : encodeURI(whole);
  });
  const query = of('query').flatMap(([p, value]) =>
    (p.list && p.exploded ? value.split(',') : [value]).map(
      (each) => `${encodeURIComponent(p.name)}=${encodeURIComponent(each.trim())}`,
    ),
  );
  const cookies = of('cookie').map(([p, value]) => `${p.name}=${encodeURIComponent(value)}`);
  const sent = operation.body && body !== '' ? body : '';
  const base = basePath.replace(/\/+$/, '');
  return {
    method: operation.method.toUpperCase(),
    path: `${base === '' || base.startsWith('/') ? base : `/${base}`}${path}${query.length > 0 ? `?${query.join('&')}` : ''}`,
    headers: [
      ...of('header').map(([p, value]) => ({ name: p.name, value })),
      ...(cookies.length > 0 ? [{ name: 'cookie', value: cookies.join('; ') }] : []),
      ...(sent !== '' && !headers.some((h) => h.name.toLowerCase() === 'content-type')
        ? [{ name: 'content-type', value: operation.body?.type ?? '' }]
        : []),
      ...headers,
    ],
    body: sent,
  };
}
