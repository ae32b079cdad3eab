import {
  IconCirclePlus,
  IconCpu,
  IconHome,
  IconKeyboard,
  IconLayoutList,
  IconListCheck,
  IconLogin2,
  IconLogout,
  IconMoon,
  IconSettings,
  IconShieldCheck,
  IconStar,
  IconSun,
  IconTopologyStar3,
  type Icon,
} from '@tabler/icons-react';
import { SIGN_IN } from './session';

export interface PaletteItem {
  id: string;
  group: 'Entities' | 'Templates' | 'Pages' | 'Actions';
  label: string;
  hint?: string | undefined;
  /** The component whose four facts are shown. */
  facts?: string | undefined;
  icon: Icon;
  to?: string;
  run?: () => void;
}

const PAGES: [string, string, Icon, string][] = [
  ['Home', '/', IconHome, 'start'],
  ['Catalogue', '/catalog', IconLayoutList, 'components apis systems'],
  ['Owned by me', '/catalog?user=owned', IconLayoutList, 'mine'],
  ['Starred', '/catalog?user=starred', IconStar, 'favourites'],
  ['Create', '/create', IconCirclePlus, 'templates new'],
  ['Tasks', '/create/tasks', IconListCheck, 'runs scaffolder'],
  ['Mesh: workloads', '/mesh', IconTopologyStar3, 'traffic services'],
  ['Mesh: gateways', '/mesh/gateways', IconTopologyStar3, 'listener'],
  ['Mesh: routes', '/mesh/routes', IconTopologyStar3, 'httproute'],
  ['Mesh: policies', '/mesh/policies', IconTopologyStar3, 'authorization'],
  ['Wasm: apps', '/wasm', IconCpu, 'apps'],
  ['Wasm: toolchains', '/wasm/toolchains', IconCpu, 'compiler go rust assemblyscript engine'],
  ['Evidence: releases', '/evidence', IconShieldCheck, 'sbom release'],
  ['Settings', '/settings', IconSettings, 'theme identity about'],
];

export function pageItems(): PaletteItem[] {
  return PAGES.map(([label, to, icon, hint]) => ({ id: `page:${to}`, group: 'Pages', label, to, icon, hint }));
}

export function actionItems(run: {
  theme: (scheme: 'light' | 'dark') => void;
  /** Null for guests, who sign in. */
  signOut: (() => void) | null;
  shortcuts: () => void;
}): PaletteItem[] {
  const action = (id: string, label: string, icon: Icon, perform: () => void): PaletteItem => ({
    id: `action:${id}`,
    group: 'Actions',
    label,
    icon,
    run: perform,
  });
  return [
    action('dark', 'Use the dark theme', IconMoon, () => {
      run.theme('dark');
    }),
    action('light', 'Use the light theme', IconSun, () => {
      run.theme('light');
    }),
    action('keys', 'Show the keys', IconKeyboard, run.shortcuts),
    run.signOut === null
      ? { id: 'action:in', group: 'Actions', label: 'Sign in', icon: IconLogin2, to: SIGN_IN }
      : action('out', 'Sign out', IconLogout, run.signOut),
  ];
}

/** How well a name answers a query: it is it, starts with it, contains it, or was found by something else. */
export function nearness(label: string, query: string): number {
  const name = label.toLowerCase();
  const wanted = query.trim().toLowerCase();
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  return name.includes(wanted) ? 2 : 3;
}

/** Every word of the query must stand somewhere; a label that starts with it goes first. */
export function matchItems(items: PaletteItem[], query: string): PaletteItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  const text = (item: PaletteItem) => `${item.label} ${item.hint ?? ''} ${item.group}`.toLowerCase();
  const starts = (item: PaletteItem) => (item.label.toLowerCase().startsWith(words[0] ?? '') ? 0 : 1);
  return items.filter((item) => words.every((word) => text(item).includes(word))).sort((a, b) => starts(a) - starts(b));
}
