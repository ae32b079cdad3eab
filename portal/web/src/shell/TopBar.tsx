import { IconChevronRight, IconSearch } from '@tabler/icons-react';
import { useLocation } from 'react-router';
import { PageLink } from '../ui/PageLink';
import { crumbsOf } from './crumbs';
import { LiveState } from './LiveState';

const mac = /mac/i.test(navigator.userAgent);

export function TopBar({ onSearch }: { onSearch: () => void }) {
  const { pathname } = useLocation();
  const crumbs = crumbsOf(pathname);
  return (
    <header className="topbar">
      <nav aria-label="Breadcrumb" className="clip">
        <ol className="crumbs">
          {crumbs.map((crumb, i) => (
            <li key={crumb.label} className="clip">
              {i > 0 && <IconChevronRight size={14} aria-hidden />}
              {crumb.to ? (
                <PageLink to={crumb.to}>{crumb.label}</PageLink>
              ) : (
                <span className="clip" aria-current="page">
                  {crumb.label}
                </span>
              )}
            </li>
          ))}
        </ol>
      </nav>
      <button type="button" className="search-button push" onClick={onSearch}>
        <IconSearch size={16} aria-hidden />
        <span>Search or run…</span>
        <kbd>{mac ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <LiveState />
    </header>
  );
}
