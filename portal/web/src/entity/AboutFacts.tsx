import type { ReactNode } from 'react';
import { entityRef, ownerOf, related, specText, systemOf } from '../api/entity';
import type { Entity } from '../api/types';
import { EntityLink } from '../ui/EntityLink';
import { Copyable } from '../ui/Copy';
import { FactsList } from '../ui/FactsList';
import { PageLink } from '../ui/PageLink';

function refs(list: string[]): ReactNode {
  if (list.length === 0) return null;
  return (
    <span className="row row-wrap">
      {list.map((ref) => (
        <EntityLink key={ref} entity={ref} />
      ))}
    </span>
  );
}

/** What the descriptor says of an entity, in words. */
export function AboutFacts({ entity }: { entity: Entity }) {
  const owner = ownerOf(entity);
  const system = systemOf(entity);
  const source = entity.metadata.annotations?.['backstage.io/managed-by-location']?.replace(/^(url|file):/, '') ?? null;
  const tags = entity.metadata.tags ?? [];
  return (
    <FactsList
      facts={[
        ['Owner', owner ? <EntityLink key="owner" entity={owner} /> : null],
        ['System', system ? <EntityLink key="system" entity={system} /> : null],
        ['Domain', refs(related(entity, 'partOf').filter((r) => r.startsWith('domain:')))],
        ['Type', specText(entity, 'type')],
        ['Lifecycle', specText(entity, 'lifecycle')],
        [
          'Tags',
          tags.length > 0 ? (
            <span className="row row-wrap">
              {tags.map((tag) => (
                <PageLink key={tag} to={`/catalog?kind=all&tag=${encodeURIComponent(tag)}`} className="tag">
                  {tag}
                </PageLink>
              ))}
            </span>
          ) : null,
        ],
        ['Ref', <Copyable key="ref" text={entityRef(entity)} what="the ref" />],
        ['Source', source ? <Copyable key="source" text={source} what="the location" /> : null],
      ]}
    />
  );
}
