import { IconStar } from '@tabler/icons-react';
import { entityRef, entityTitle, hasStrip } from '../api/entity';
import { useEntities } from '../entity/useEntity';
import { StripIcons } from '../strip/StripCells';
import { EmptyState } from '../ui/EmptyState';
import { EntityLink } from '../ui/EntityLink';
import { Panel } from '../ui/Panel';

export function RefsPanel({ title, refs, empty }: { title: string; refs: string[]; empty: string }) {
  const { found, missing } = useEntities(refs);
  const titles = new Map(found.map((e) => [entityRef(e), entityTitle(e)]));
  const gone = new Set(missing);
  return (
    <Panel title={title} flush>
      {refs.length === 0 ? (
        <EmptyState compact icon={IconStar} title="Nothing yet" text={empty} />
      ) : (
        <ul className="plain-list">
          {refs.map((ref) => (
            <li key={ref} className="list-row">
              <EntityLink entity={ref} title={titles.get(ref)} />
              <span className="push">
                {gone.has(ref) ? <span className="dim tiny">gone</span> : hasStrip(ref) && <StripIcons of={ref} />}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
