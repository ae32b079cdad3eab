import { IconTopologyStar3 } from '@tabler/icons-react';
import { useMemo } from 'react';
import { entityRef, entityTitle, hasStrip, specText } from '../api/entity';
import type { Entity } from '../api/types';
import { refPath } from '../format/refs';
import { StripIcons } from '../strip/StripCells';
import { EmptyState } from '../ui/EmptyState';
import { EntityLink } from '../ui/EntityLink';
import { PageLink } from '../ui/PageLink';
import { Panel } from '../ui/Panel';
import { relationWord } from './relation-words';
import { useEntities } from './useEntity';

const SHOWN_ELSEWHERE = new Set(['ownedBy', 'ownerOf']);

/** What it is connected to, in words, each component with its four facts. */
export function RelatedPanel({ entity }: { entity: Entity }) {
  const relations = useMemo(() => (entity.relations ?? []).filter(({ type }) => !SHOWN_ELSEWHERE.has(type)), [entity]);
  const { found } = useEntities(useMemo(() => relations.map((r) => r.targetRef), [relations]));
  const byRef = new Map(found.map((e) => [entityRef(e), e]));
  return (
    <Panel title="Connected to" side={<PageLink to={refPath(entityRef(entity), 'relations')}>Graph</PageLink>} flush>
      {relations.length === 0 ? (
        <EmptyState
          compact
          icon={IconTopologyStar3}
          title="Nothing yet"
          text="spec.system, dependsOn, providesApis and consumesApis in the descriptor connect it to others."
        />
      ) : (
        <ul className="plain-list">
          {relations.map(({ type, targetRef }) => {
            const target = byRef.get(targetRef);
            return (
              <li key={`${type} ${targetRef}`} className="list-row">
                <span className="dim small related-word">{relationWord(type)}</span>
                <EntityLink entity={targetRef} title={target ? entityTitle(target) : undefined} />
                {target && <span className="dim tiny">{specText(target, 'type')}</span>}
                {hasStrip(targetRef) && (
                  <span className="push">
                    <StripIcons of={targetRef} />
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
