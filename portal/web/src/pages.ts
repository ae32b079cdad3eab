import type { ComponentType } from 'react';

type Load = () => Promise<{ default: ComponentType }>;

/** Every page is a chunk of its own. The first pattern that matches is the page. */
export const PAGES = {
  home: () => import('./home/HomePage'),
  catalog: () => import('./catalog/CatalogPage'),
  entity: () => import('./entity/EntityPage'),
  create: () => import('./create/TemplatesPage'),
  wizard: () => import('./create/WizardPage'),
  tasks: () => import('./create/TasksPage'),
  task: () => import('./create/TaskPage'),
  mesh: () => import('./mesh/MeshPage'),
  wasm: () => import('./wasm/WasmPage'),
  evidence: () => import('./evidence/EvidencePage'),
  settings: () => import('./settings/SettingsPage'),
  search: () => import('./shell/SearchPage'),
} satisfies Record<string, Load>;

const PATHS: [RegExp, Load][] = [
  [/^\/$/, PAGES.home],
  [/^\/catalog\/[^/]+\/[^/]+\/[^/]+/, PAGES.entity],
  [/^\/catalog/, PAGES.catalog],
  [/^\/create\/templates\//, PAGES.wizard],
  [/^\/create\/tasks\/[^/]+/, PAGES.task],
  [/^\/create\/tasks/, PAGES.tasks],
  [/^\/create/, PAGES.create],
  [/^\/mesh/, PAGES.mesh],
  [/^\/wasm/, PAGES.wasm],
  [/^\/evidence/, PAGES.evidence],
  [/^\/settings/, PAGES.settings],
  [/^\/search/, PAGES.search],
];

/** Loads the code of the page behind a path before anybody goes there. */
export function prefetchPage(path: string): void {
  const bare = path.split(/[?#]/)[0] ?? path;
  // A failed prefetch is not an error: the page itself asks again and then says so.
  PATHS.find(([pattern]) => pattern.test(bare))?.[1]().catch(() => undefined);
}
