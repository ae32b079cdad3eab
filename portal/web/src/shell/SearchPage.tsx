import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { findEntities } from '../api/catalog';
import { entityRef, entityTitle, hasStrip, specText } from '../api/entity';
import { StripIcons } from '../strip/StripCells';
import { EmptyState } from '../ui/EmptyState';
import { EntityLink } from '../ui/EntityLink';
import { ErrorState } from '../ui/ErrorState';
import { PageHeader } from '../ui/PageHeader';
import { useUrlState } from '../ui/useUrlState';

const MOST = 100;

/** The palette's search with an address of its own, so that a search can be sent to somebody. */
export default function SearchPage() {
  const [params, change] = useUrlState();
  const text = params.get('q') ?? '';
  const [asked] = useDebouncedValue(text.trim(), 150);
  const query = useQuery({
    queryKey: ['search', asked],
    queryFn: ({ signal }) => findEntities({}, { text: asked, limit: MOST, signal }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  });
  const found = asked === '' ? [] : (query.data ?? []);
  return (
    <div className="page">
      <PageHeader title="Search" />
      <TextInput
        leftSection={<IconSearch size={16} />}
        placeholder="Names, titles, descriptions, tags"
        aria-label="Search everything"
        value={text}
        autoFocus
        onChange={(e) => {
          change({ q: e.currentTarget.value });
        }}
      />
      {query.error && <ErrorState what="The search failed" error={query.error} retry={() => void query.refetch()} />}
      {found.length > 0 && (
        <ul className="panel plain-list">
          {found.map((entity) => {
            const ref = entityRef(entity);
            return (
              <li key={ref} className="list-row">
                <EntityLink entity={ref} title={entityTitle(entity)} />
                <span className="dim tiny">{[entity.kind, specText(entity, 'type')].filter(Boolean).join(' · ')}</span>
                <span className="dim small clip">{entity.metadata.description}</span>
                {hasStrip(ref) && (
                  <span className="push">
                    <StripIcons of={ref} />
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {found.length === 0 && !query.isFetching && (
        <EmptyState
          icon={IconSearch}
          title={asked === '' ? 'Search the catalogue' : `Nothing matches “${asked}”`}
          text="Entities of every kind are found by name, title, description and tag."
          action={{ label: 'Open the catalogue', to: '/catalog?kind=all' }}
        />
      )}
    </div>
  );
}
