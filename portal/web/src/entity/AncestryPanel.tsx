import { useQuery } from '@tanstack/react-query';
import { getAncestry } from '../api/catalog';
import { entityRef, specText } from '../api/entity';
import { EntityLink } from '../ui/EntityLink';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { Panel } from '../ui/Panel';

/** The chain of locations that brought the entity into the catalogue, the nearest first. */
export function AncestryPanel({ of }: { of: string }) {
  const query = useQuery({ queryKey: ['ancestry', of], queryFn: ({ signal }) => getAncestry(of, signal) });
  return (
    <Panel title="Where it came from" flush>
      {query.error && (
        <ErrorState what="The ancestry could not be read" error={query.error} retry={() => void query.refetch()} />
      )}
      {query.isPending && <Loading rows={2} />}
      {query.data && (
        <ol className="plain-list">
          {query.data.items.map(({ entity }) => (
            <li key={entityRef(entity)} className="list-row">
              <div className="stack-s">
                <EntityLink entity={entityRef(entity)} />
                {specText(entity, 'target') && (
                  <span className="mono tiny dim break">{specText(entity, 'target')}</span>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
