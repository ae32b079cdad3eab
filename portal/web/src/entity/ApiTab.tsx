import { IconApi } from '@tabler/icons-react';
import { useMemo } from 'react';
import { entityRef, related } from '../api/entity';
import type { Entity } from '../api/types';
import { EmptyState } from '../ui/EmptyState';
import { EntityLink } from '../ui/EntityLink';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { Panel } from '../ui/Panel';
import { Definition } from './Definition';
import { useEntities } from './useEntity';

/** The definition of an API, or those of the APIs that a component provides. */
export default function ApiTab({ entity }: { entity: Entity }) {
  if (entity.kind.toLowerCase() === 'api') {
    return (
      <div className="stack">
        <Definition entity={entity} />
        <div className="grid-12">
          <Users
            title="Provided by"
            refs={related(entity, 'apiProvidedBy')}
            none="No component names it in providesApis."
          />
          <Users
            title="Consumed by"
            refs={related(entity, 'apiConsumedBy')}
            none="No component names it in consumesApis."
          />
        </div>
      </div>
    );
  }
  return <Provided entity={entity} />;
}

function Provided({ entity }: { entity: Entity }) {
  const { found, pending, error } = useEntities(useMemo(() => related(entity, 'providesApi'), [entity]));
  if (pending) return <Loading what="Reading the APIs" />;
  if (error) return <ErrorState what="The APIs could not be read" error={error} />;
  return (
    <div className="stack">
      {found.map((api) => (
        <Definition key={entityRef(api)} entity={api} linked />
      ))}
    </div>
  );
}

function Users({ title, refs, none }: { title: string; refs: string[]; none: string }) {
  return (
    <div className="col-6">
      <Panel title={title} flush>
        {refs.length === 0 ? (
          <EmptyState compact icon={IconApi} title="Nobody" text={none} />
        ) : (
          <ul className="plain-list">
            {refs.map((ref) => (
              <li key={ref} className="list-row">
                <EntityLink entity={ref} />
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}
