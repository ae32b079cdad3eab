import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { getEntity } from '../api/catalog';
import { entityTitle, hasStrip } from '../api/entity';
import { refPath } from '../format/refs';
import { AboutFacts } from '../entity/AboutFacts';
import { Strip } from '../strip/Strip';
import { useFacts } from '../strip/facts-store';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { SidePanel } from '../ui/SidePanel';

/** A row looked at without leaving the list. */
export function PeekPanel({ of, onClose }: { of: string | null; onClose: () => void }) {
  const query = useQuery({
    queryKey: ['entity', of],
    queryFn: ({ signal }) => getEntity(of ?? '', signal),
    enabled: of !== null,
  });
  const facts = useFacts(of && hasStrip(of) ? of : null);
  return (
    <SidePanel opened={of !== null} onClose={onClose} title={query.data ? entityTitle(query.data) : (of ?? '')}>
      {query.error && <ErrorState what={`${of ?? ''} could not be read`} error={query.error} />}
      {query.isPending && <Loading />}
      {query.data && of && (
        <div className="stack peek">
          {query.data.metadata.description && <p>{query.data.metadata.description}</p>}
          {hasStrip(of) && <Strip of={of} facts={facts} />}
          <AboutFacts entity={query.data} />
          <Button component={Link} to={refPath(of)} variant="default">
            Open the page
          </Button>
        </div>
      )}
    </SidePanel>
  );
}
