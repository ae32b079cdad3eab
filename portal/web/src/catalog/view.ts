import type { Filters } from '../api/predicate';
import { parseRef } from '../format/refs';
import type { Sort } from '../ui/useColumns';

/** The catalogue's state, read from its URL. */
export interface View {
  kind: string;
  personal: 'all' | 'owned' | 'starred';
  text: string;
  chosen: Record<FilterName, string[]>;
  sort: Sort;
  panel: string | null;
}

export type FilterName = 'type' | 'owner' | 'lifecycle' | 'system' | 'tag' | 'namespace';

export const FILTERS: { name: FilterName; label: string; field: string }[] = [
  { name: 'type', label: 'Type', field: 'spec.type' },
  { name: 'owner', label: 'Owner', field: 'relations.ownedBy' },
  { name: 'lifecycle', label: 'Lifecycle', field: 'spec.lifecycle' },
  { name: 'system', label: 'System', field: 'relations.partOf' },
  { name: 'tag', label: 'Tag', field: 'metadata.tags' },
  { name: 'namespace', label: 'Namespace', field: 'metadata.namespace' },
];

/** The fields that the server sorts by, for each column. */
export const SORT_FIELDS: Record<string, string> = {
  name: 'metadata.name',
  owner: 'relations.ownedBy',
  system: 'relations.partOf',
  type: 'spec.type',
  lifecycle: 'spec.lifecycle',
  namespace: 'metadata.namespace',
};

export const ALL_KINDS = 'all';

export function readView(params: URLSearchParams): View {
  const sort = params.get('sort') ?? 'name';
  const id = sort.replace(/^-/, '');
  const personal = params.get('user');
  const chosen = {} as View['chosen'];
  for (const { name } of FILTERS) chosen[name] = params.getAll(name);
  return {
    kind: (params.get('kind') ?? 'component').toLowerCase(),
    personal: personal === 'owned' || personal === 'starred' ? personal : 'all',
    text: params.get('q') ?? '',
    chosen,
    sort: id in SORT_FIELDS ? { id, descending: sort.startsWith('-') } : { id: 'name', descending: false },
    panel: params.get('panel'),
  };
}

export function filtersChosen(view: View): boolean {
  return view.text !== '' || FILTERS.some(({ name }) => view.chosen[name].length > 0);
}

/**
 * The question for the server. Starred entities are alternatives, one for each star.
 * `null` means that nothing can match, so that nobody need be asked.
 */
export function alternatives(
  view: View,
  personal: { owners: string[]; stars: string[] },
  leaveOut: { filter?: FilterName; kind?: boolean } = {},
): Filters[] | null {
  const base: Record<string, readonly string[]> = {};
  if (view.kind !== ALL_KINDS && !leaveOut.kind) base['kind'] = [view.kind];
  for (const { name, field } of FILTERS) {
    if (name !== leaveOut.filter && view.chosen[name].length > 0) base[field] = view.chosen[name];
  }
  if (view.personal === 'owned') {
    const chosen = base['relations.ownedBy'];
    const owners = chosen ? personal.owners.filter((ref) => chosen.includes(ref)) : personal.owners;
    return owners.length > 0 ? [{ ...base, 'relations.ownedBy': owners }] : null;
  }
  if (view.personal === 'starred') {
    const sets = personal.stars.flatMap((star) => {
      const { kind, namespace, name } = parseRef(star);
      if (base['kind'] && !base['kind'].includes(kind)) return [];
      if (base['metadata.namespace'] && !base['metadata.namespace'].includes(namespace)) return [];
      return [{ ...base, kind: [kind], 'metadata.namespace': [namespace], 'metadata.name': [name] }];
    });
    return sets.length > 0 ? sets : null;
  }
  return [base];
}
