import { options } from './browser.mjs';

// The pages that screenshots and the accessibility check visit. `ready` is a text that must be on the page first.
export const PAGES = [
  { name: 'home', path: '/' },
  { name: 'catalogue', path: '/catalog' },
  { name: 'catalogue-all', path: '/catalog?kind=all&sort=-owner' },
  { name: 'catalogue-empty', path: '/catalog?q=nothing-is-called-this' },
  { name: 'catalogue-panel', path: '/catalog?panel={ref}' },
  { name: 'entity', path: '{component}' },
  { name: 'entity-relations', path: '{component}/relations' },
  { name: 'entity-relations-list', path: '{component}/relations?as=list' },
  { name: 'entity-runtime', path: '{component}/runtime' },
  { name: 'entity-runtime-table', path: '{component}/runtime?range=3600' },
  { name: 'entity-wasm', path: '{component}/wasm' },
  { name: 'entity-wasm-try', path: '{component}/wasm?try={trigger}' },
  { name: 'entity-wasm-quiet', path: '{quiet}/wasm' },
  { name: 'entity-evidence', path: '{component}/evidence' },
  { name: 'entity-yaml', path: '{component}/yaml' },
  { name: 'entity-undeployed', path: '{undeployed}/runtime' },
  { name: 'entity-missing', path: '/catalog/default/component/no-such-thing' },
  { name: 'api', path: '{api}/api' },
  { name: 'api-try', path: '{api}/api?operation={operation}' },
  { name: 'system-relations', path: '{system}/relations' },
  { name: 'system-relations-open', path: '{system}/relations?open={siblings}' },
  { name: 'entity-runtime-letter', path: '{component}/runtime?letter={letter}' },
  { name: 'group', path: '{group}' },
  { name: 'user', path: '{user}' },
  { name: 'create', path: '/create' },
  { name: 'wizard', path: '/create/templates/{template}' },
  { name: 'tasks', path: '/create/tasks' },
  { name: 'task', path: '/create/tasks/{task}' },
  { name: 'mesh', path: '/mesh' },
  { name: 'mesh-gateways', path: '/mesh/gateways' },
  { name: 'mesh-routes', path: '/mesh/routes' },
  { name: 'mesh-policies', path: '/mesh/policies' },
  { name: 'wasm', path: '/wasm' },
  { name: 'wasm-toolchains', path: '/wasm/toolchains' },
  { name: 'evidence', path: '/evidence' },
  { name: 'search', path: '/search?q=order' },
  { name: 'settings', path: '/settings' },
  { name: 'not-found', path: '/no/such/page' },
];

/** Asks the server what there is, so that the same list works against fixtures and against a real Polder. */
export async function examples(request) {
  const get = async (path) => {
    const response = await request.get(path);
    return response.ok() ? response.json() : null;
  };
  const all = async (kind) =>
    (await get(`/api/catalog/entities/by-query?filter=kind=${kind}&limit=200&orderField=metadata.name,asc`))?.items ??
    [];
  const first = async (kind, ...wanted) => {
    const items = await all(kind);
    return items.find((e) => wanted.includes(e.metadata.name)) ?? items[0];
  };
  const parts = (e) => (e.relations ?? []).filter((r) => r.type === 'hasPart').length;
  const path = (e) =>
    e ? `/catalog/${e.metadata.namespace ?? 'default'}/${e.kind.toLowerCase()}/${e.metadata.name}` : '/catalog';
  const workloads = (await get('/api/polder/workloads'))?.items ?? [];
  const running = workloads.find((w) => w.ref.endsWith(`/${options.app}`)) ?? workloads[0];
  const [namespace, name] = running?.ref.replace('component:', '').split('/') ?? [];
  // Also one that is not in the catalogue has its page.
  const component = running ? { kind: 'Component', metadata: { namespace, name } } : await first('component');
  const template = await first('template');
  const tasks = (await get('/api/scaffolder/v2/tasks?limit=20'))?.tasks ?? [];
  const app = running ? await get(`/api/polder/workloads/${running.workload}/app`) : null;
  const api = await first('api', 'orders', 'orders-api');
  const system = (await all('system')).sort((a, b) => parts(b) - parts(a))[0];
  const letters = running ? ((await get(`/api/polder/workloads/${running.workload}/dead-letters`))?.items ?? []) : [];
  const refOf = (e) => `${e.kind}:${e.metadata.namespace ?? 'default'}/${e.metadata.name}`.toLowerCase();
  const undeployed = await first('component', 'returns');
  return {
    ref: component ? `component:${component.metadata.namespace ?? 'default'}/${component.metadata.name}` : '',
    component: path(component),
    undeployed: path(undeployed),
    trigger: app?.triggers[0]?.id ?? '',
    quiet: path(await first('component', 'svc-007')),
    api: path(api),
    operation: api ? encodeURIComponent(`${refOf(api)} post /orders`) : '',
    system: path(system),
    siblings: system ? encodeURIComponent(`${refOf(system)} from partOf component`) : '',
    letter: letters[0]?.id ?? '',
    group: path(await first('group', 'web')),
    user: path(await first('user', 'mira')),
    template: template ? `${template.metadata.namespace ?? 'default'}/${template.metadata.name}` : 'default/none',
    task: tasks.find((t) => t.status === 'completed')?.id ?? tasks[0]?.id ?? 'none',
  };
}

export const fill = (path, known) => path.replaceAll(/\{(\w+)\}/g, (_, key) => known[key] ?? '');
