import { refPath } from '../format/refs';
import { PageLink } from '../ui/PageLink';
import '../ui/filter.css';
import type { Tab, TabId } from './tabs';

/** Tabs are links: each has its own URL and may be opened beside. */
export function EntityTabs({ of, tabs, current }: { of: string; tabs: Tab[]; current: TabId | null }) {
  return (
    <nav className="kind-tabs" aria-label="Views of this entity">
      {tabs.map(({ id, label }) => (
        <PageLink
          key={id}
          to={id === 'overview' ? refPath(of) : refPath(of, id)}
          className="kind-tab"
          aria-current={id === current ? 'page' : undefined}
        >
          {label}
        </PageLink>
      ))}
    </nav>
  );
}
