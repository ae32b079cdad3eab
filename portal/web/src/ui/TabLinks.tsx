import { PageLink } from './PageLink';
import './filter.css';

/** Tabs of a page that are pages of their own. */
export function TabLinks({
  label,
  tabs,
  current,
}: {
  label: string;
  tabs: { id: string; label: string; to: string }[];
  current: string;
}) {
  return (
    <nav className="kind-tabs" aria-label={label}>
      {tabs.map((tab) => (
        <PageLink key={tab.id} to={tab.to} className="kind-tab" aria-current={tab.id === current ? 'page' : undefined}>
          {tab.label}
        </PageLink>
      ))}
    </nav>
  );
}
