/** What a person fills in before a request can be sent along a route of Spin's HTTP trigger. */
export interface RouteParts {
  /** Names of `:name` segments, in order. */
  parameters: string[];
  /** Whether the route ends with `/...` (or `/*`), which stands for any rest of the path. */
  rest: boolean;
}

const isRest = (segment: string): boolean => segment === '...' || segment === '*';

export function routeParts(route: string): RouteParts {
  const segments = route.split('/');
  return {
    parameters: segments.filter((s) => s.startsWith(':')).map((s) => s.slice(1)),
    rest: isRest(segments.at(-1) ?? ''),
  };
}

/** Escapes what a path may not have; what is escaped already stays as it is. */
const escapePath = (text: string): string =>
  encodeURI(text).replaceAll('%25', '%').replaceAll(/[?#]/g, encodeURIComponent);

/** The path with its query. A parameter without a value keeps its name, so that the shape can still be read. */
export function fillRoute(route: string, values: Record<string, string>, rest: string, query: string): string {
  const segments = route
    .split('/')
    .filter((s) => !isRest(s))
    .map((s) => (s.startsWith(':') ? encodeURIComponent(values[s.slice(1)] || s.slice(1)) : s));
  let path = segments.join('/');
  if (routeParts(route).rest) path = `${path}/${escapePath(rest.replace(/^\/+/, ''))}`;
  if (path === '') path = '/';
  const asked = query.trim().replace(/^\?/, '');
  return asked === '' ? path : `${path}?${encodeURI(asked).replaceAll('%25', '%').replaceAll('#', '%23')}`;
}

export interface HeaderLines {
  headers: { name: string; value: string }[];
  /** The first line that is no header, counted from 1. */
  fault: string | null;
}

/** Reads `Name: value`, one to a line; empty lines are left out. */
export function parseHeaders(text: string): HeaderLines {
  const headers: HeaderLines['headers'] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const match = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:(.*)$/.exec(line);
    if (!match) return { headers, fault: `Line ${i + 1}: “${line.trim()}” (expected: Name: value)` };
    headers.push({ name: match[1] ?? '', value: (match[2] ?? '').trim() });
  }
  return { headers, fault: null };
}

/** The same request as a command line; `url` is the app's, with a slash at its end. */
export function curlOf(
  url: string,
  request: { method: string; path: string; headers: { name: string; value: string }[]; body: string },
): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = ['curl', '-i'];
  if (request.method === 'HEAD') parts.push('--head');
  else if (request.method !== 'GET') parts.push('-X', request.method);
  for (const { name, value } of request.headers) parts.push('-H', quoted(`${name}: ${value}`));
  if (request.body !== '') parts.push('--data-binary', quoted(request.body));
  parts.push(quoted(url.replace(/\/$/, '') + request.path));
  return parts.join(' ');
}
