import { IconExternalLink } from '@tabler/icons-react';
import { entityRef } from '../api/entity';
import type { Entity } from '../api/types';
import { Panel } from '../ui/Panel';
import { AboutFacts } from './AboutFacts';
import { GroupOverview } from './GroupOverview';
import { ReleasesPanel } from '../evidence/ReleasesPanel';
import { RelatedPanel } from './RelatedPanel';
import { StartPanel } from './StartPanel';

export default function OverviewTab({ entity }: { entity: Entity }) {
  const kind = entity.kind.toLowerCase();
  if (kind === 'group' || kind === 'user') return <GroupOverview entity={entity} />;
  return (
    <div className="grid-12">
      <div className="stack col-7">
        {kind === 'component' && <StartPanel of={entityRef(entity)} />}
        <RelatedPanel entity={entity} />
        {kind === 'component' && <ReleasesPanel of={entityRef(entity)} most={5} />}
      </div>
      <div className="stack col-5">
        <Panel title="About">
          <AboutFacts entity={entity} />
        </Panel>
        <Links entity={entity} />
      </div>
    </div>
  );
}

function Links({ entity }: { entity: Entity }) {
  const links = (entity.metadata.links ?? []).filter(({ url }) => /^https?:/i.test(url));
  if (links.length === 0) return null;
  return (
    <Panel title="Links" flush>
      <ul className="plain-list">
        {links.map(({ url, title }) => (
          <li key={url}>
            <a href={url} target="_blank" rel="noreferrer" className="list-row">
              <IconExternalLink size={15} aria-hidden />
              <span className="clip">{title ?? url}</span>
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
