import { related } from '../api/entity';
import type { Entity } from '../api/types';

export type TabId = 'overview' | 'relations' | 'runtime' | 'wasm' | 'evidence' | 'api' | 'yaml';

export interface Tab {
  id: TabId;
  label: string;
}

/** The tabs that make sense for an entity; `runs` when something is deployed under its name. */
export function tabsOf(entity: Entity, runs: boolean): Tab[] {
  const kind = entity.kind.toLowerCase();
  const tabs: Tab[] = [
    { id: 'overview', label: 'Overview' },
    { id: 'relations', label: 'Relations' },
  ];
  if (kind === 'component') {
    tabs.push({ id: 'runtime', label: 'Runtime' });
    if (runs || entity.metadata.annotations?.['polder.dev/workload']) tabs.push({ id: 'wasm', label: 'Wasm' });
    tabs.push({ id: 'evidence', label: 'Evidence' });
  }
  if (kind === 'api') tabs.push({ id: 'api', label: 'Definition' });
  else if (related(entity, 'providesApi').length > 0) tabs.push({ id: 'api', label: 'APIs' });
  tabs.push({ id: 'yaml', label: 'YAML' });
  return tabs;
}
