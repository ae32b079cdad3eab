import { count } from '../format/numbers';
import { kindIcon, kindWord } from '../ui/kinds';
import type { FacetCount } from '../api/types';
import { ALL_KINDS } from './view';
import { Link, useLocation } from 'react-router';
import { changeParams } from '../ui/useUrlState';

const ORDER = ['component', 'api', 'resource', 'system', 'domain', 'group', 'user', 'template', 'location'];

/** Kinds with their counts; each is a link, so that it can be opened beside. */
export function KindTabs({ current, counts }: { current: string; counts: FacetCount[] }) {
  const { search } = useLocation();
  const known = new Map(counts.map((c) => [c.value.toLowerCase(), c.count]));
  if (current !== ALL_KINDS && !known.has(current)) known.set(current, 0);
  const rank = (kind: string) => {
    const at = ORDER.indexOf(kind);
    return at < 0 ? ORDER.length : at;
  };
  const kinds = [...known.keys()].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const href = (kind: string) =>
    `?${changeParams(new URLSearchParams(search), { kind, type: null, panel: null }).toString()}`;
  return (
    <nav className="kind-tabs" aria-label="Kinds">
      {kinds.map((kind) => {
        const Shape = kindIcon(kind);
        return (
          <Link key={kind} to={href(kind)} className="kind-tab" aria-current={kind === current ? 'page' : undefined}>
            <Shape size={15} stroke={1.6} aria-hidden />
            {kindWord(kind)}
            <span className="num">{count(known.get(kind) ?? 0)}</span>
          </Link>
        );
      })}
      <Link to={href(ALL_KINDS)} className="kind-tab" aria-current={current === ALL_KINDS ? 'page' : undefined}>
        All kinds
      </Link>
    </nav>
  );
}
