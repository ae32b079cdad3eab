import type { Json, JsonObject, Resource } from '../api/types';

const object = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const text = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** One line that says what a resource does, for the kinds of the mesh. */
export function resourceLine(resource: Resource): string {
  const spec = resource.spec ?? {};
  if (resource.kind === 'Gateway') {
    return list(spec['listeners'])
      .map(object)
      .map((l) => `${text(l['protocol'])} ${text(l['port'])}${l['hostname'] ? ` ${text(l['hostname'])}` : ''}`)
      .join(', ');
  }
  if (/Route$/.test(resource.kind)) {
    const hosts = list(spec['hostnames']).map(text).join(', ') || 'every host';
    const backends = list(spec['rules'])
      .flatMap((rule) => list(object(rule)['backendRefs']))
      .map((b) => `${text(object(b)['name'])}${object(b)['port'] ? `:${text(object(b)['port'])}` : ''}`);
    return `${hosts} → ${[...new Set(backends)].join(', ') || 'nowhere'}`;
  }
  if (resource.kind === 'AuthorizationPolicy') {
    const rules = list(spec['rules']).length;
    return `${text(spec['action']) || 'ALLOW'}, ${rules} ${rules === 1 ? 'rule' : 'rules'}`;
  }
  return '';
}

export interface Condition {
  type: string;
  ok: boolean;
  message: string;
}

/** The conditions of a resource, also those that Gateway API keeps for each parent. */
export function conditions(resource: Resource): Condition[] {
  const status = resource.status ?? {};
  const all = [...list(status['conditions']), ...list(status['parents']).flatMap((p) => list(object(p)['conditions']))];
  return all.map(object).map((c) => ({
    type: text(c['type']),
    ok: text(c['status']) === 'True',
    message: text(c['message']) || text(c['reason']),
  }));
}
