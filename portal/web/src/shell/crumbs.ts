import { kindWord } from '../ui/kinds';

export interface Crumb {
  label: string;
  to: string | null;
}

const PLACES: Record<string, string> = {
  catalog: 'Catalogue',
  create: 'Create',
  mesh: 'Mesh',
  wasm: 'Wasm',
  evidence: 'Evidence',
  settings: 'Settings',
  search: 'Search',
};

/** Where a path lies, from the pillar down; the last crumb is the page itself and no link. */
export function crumbsOf(pathname: string): Crumb[] {
  const parts = pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const [place, second, third, fourth] = parts;
  if (!place) return [{ label: 'Home', to: null }];
  const crumbs: Crumb[] = [{ label: PLACES[place] ?? place, to: `/${place}` }];
  if (place === 'catalog' && second && third && fourth) {
    const filters = new URLSearchParams({ kind: third });
    crumbs.push({ label: kindWord(third), to: `/catalog?${filters.toString()}` });
    crumbs.push({ label: second === 'default' ? fourth : `${second}/${fourth}`, to: null });
  } else if (place === 'create' && second === 'tasks') {
    crumbs.push({ label: 'Tasks', to: '/create/tasks' });
    if (third) crumbs.push({ label: third.slice(0, 8), to: null });
  } else if (place === 'create' && second === 'templates' && fourth) {
    crumbs.push({ label: fourth, to: null });
  }
  const last = crumbs.at(-1);
  if (last) last.to = null;
  return crumbs;
}
