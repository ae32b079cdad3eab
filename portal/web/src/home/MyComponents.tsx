import { IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { findEntities } from '../api/catalog';
import { entityRef } from '../api/entity';
import type { Entity } from '../api/types';
import { COLUMNS } from '../catalog/columns';
import { useOwnership } from '../shell/session';
import { DataTable } from '../ui/DataTable';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { PageLink } from '../ui/PageLink';
import { Panel } from '../ui/Panel';
import { useViewportSize } from '@mantine/hooks';

const SHOWN = new Set(['star', 'name', 'owner', 'runs', 'talks', 'proven']);
const MINE = COLUMNS.filter((c) => SHOWN.has(c.id));
const MOST = 8;

/** The components of the person's groups, each with its strip; of everybody while they own none. */
export function MyComponents() {
  const { refs, pending } = useOwnership();
  const [sort, setSort] = useState({ id: 'name', descending: false });
  const { width } = useViewportSize();
  const query = useQuery({
    queryKey: ['home', 'components', refs],
    queryFn: async ({ signal }): Promise<{ mine: boolean; items: Entity[] }> => {
      const mine = await findEntities({ kind: ['component'], 'relations.ownedBy': refs }, { limit: MOST, signal });
      if (mine.length > 0) return { mine: true, items: mine };
      return { mine: false, items: await findEntities({ kind: ['component'] }, { limit: MOST, signal }) };
    },
    enabled: !pending,
  });
  const mine = query.data?.mine ?? true;
  const hidden = new Set(
    width < 560
      ? ['owner', 'talks', 'proven', 'star']
      : width < 800
        ? ['talks', 'proven']
        : width < 1000
          ? ['proven']
          : [],
  );
  return (
    <Panel
      title={mine ? 'Components of my groups' : 'Components'}
      side={<PageLink to={mine ? '/catalog?user=owned' : '/catalog'}>All in the catalogue</PageLink>}
      flush
    >
      {query.error && (
        <ErrorState what="Your components could not be read" error={query.error} retry={() => void query.refetch()} />
      )}
      {query.isPending && <Loading rows={5} />}
      {query.data && (
        <DataTable
          label="Components"
          columns={MINE}
          hidden={hidden}
          rows={query.data.items}
          rowId={entityRef}
          sort={sort}
          onSort={setSort}
          empty={
            <EmptyState
              icon={IconUsers}
              title="No component yet"
              text="What your groups own appears here with its four facts: owned, runs, talks, proven."
              action={{ label: 'Create the first', to: '/create' }}
            />
          }
        />
      )}
    </Panel>
  );
}
