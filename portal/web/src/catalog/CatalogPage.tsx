import { Button } from '@mantine/core';
import { useViewportSize } from '@mantine/hooks';
import { IconCirclePlus, IconLayoutList } from '@tabler/icons-react';
import { useCallback, useMemo, useRef } from 'react';
import { Link } from 'react-router';
import { entityRef } from '../api/entity';
import { plural } from '../format/numbers';
import { useStars } from '../home/personal';
import { DataTable } from '../ui/DataTable';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { PageHeader } from '../ui/PageHeader';
import { useStored } from '../ui/storage';
import { toast } from '../ui/toasts';
import { useKeys } from '../ui/useKeys';
import { useUrlState } from '../ui/useUrlState';
import { COLUMNS, hiddenColumns } from './columns';
import { download, readAll, toCsv } from './export';
import { KindTabs } from './KindTabs';
import { PeekPanel } from './PeekPanel';
import { Toolbar } from './Toolbar';
import { useKindCounts, useRows } from './useCatalog';
import { FILTERS, filtersChosen, readView, type View } from './view';

export default function CatalogPage() {
  const [params, change] = useUrlState();
  const view = useMemo(() => readView(params), [params]);
  const search = useRef<HTMLInputElement>(null);
  const { toggle } = useStars();
  const [columns, setColumns] = useStored<string[] | null>('catalog-hidden-columns', null);
  const { width } = useViewportSize();
  const hidden = useMemo(() => hiddenColumns(columns, view.kind, width || 1440), [columns, view.kind, width]);
  const kinds = useKindCounts(view);
  const { rows, items, total, sets, sort, text } = useRows(view);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = rows;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);

  useKeys({
    '/': (event) => {
      event.preventDefault();
      search.current?.focus();
    },
  });

  const onExport = async (format: 'csv' | 'json') => {
    try {
      const all = sets ? await readAll({ filters: sets, text, sort }) : [];
      if (format === 'csv') download('catalogue.csv', 'text/csv', toCsv(all));
      else download('catalogue.json', 'application/json', JSON.stringify(all, null, 2));
      toast({ kind: 'good', text: `Exported ${plural(all.length, 'entity', 'entities')}` });
    } catch (error) {
      toast({ kind: 'critical', text: `The export failed: ${error instanceof Error ? error.message : String(error)}` });
    }
  };

  return (
    <div className="page page-wide page-fill">
      <PageHeader
        title="Catalogue"
        lead={<span aria-live="polite">{total === null ? 'Counting…' : plural(total, 'entity', 'entities')}</span>}
        actions={
          <Button component={Link} to="/create" leftSection={<IconCirclePlus size={16} />}>
            Create
          </Button>
        }
      />
      <KindTabs current={view.kind} counts={kinds} />
      <Toolbar
        view={view}
        change={change}
        hidden={hidden}
        onColumns={setColumns}
        onExport={(format) => void onExport(format)}
        searchRef={search}
      />
      {rows.error && (
        <ErrorState
          what="The catalogue could not be read"
          error={rows.error}
          {...(items.length > 0 ? { kept: 'The rows below are those read before.' } : {})}
          retry={() => void rows.refetch()}
        />
      )}
      {rows.isPending ? (
        <Loading rows={10} what="Reading the catalogue" />
      ) : (
        <DataTable
          label="Entities"
          columns={COLUMNS}
          hidden={hidden}
          rows={items}
          rowId={entityRef}
          sort={view.sort}
          onSort={({ id, descending }) => {
            change({ sort: (descending ? '-' : '') + id });
          }}
          sorted
          fill
          stale={rows.isPlaceholderData}
          selected={view.panel}
          onEnd={onEnd}
          keys={{
            o: (e) => {
              change({ panel: entityRef(e) });
            },
            s: (e) => {
              toggle(entityRef(e));
            },
          }}
          empty={
            <NothingFound
              view={view}
              clear={() => {
                change(Object.fromEntries([['q', null], ...FILTERS.map((f) => [f.name, null])]));
              }}
            />
          }
        />
      )}
      <PeekPanel
        of={view.panel}
        onClose={() => {
          change({ panel: null });
        }}
      />
    </div>
  );
}

function NothingFound({ view, clear }: { view: View; clear: () => void }) {
  if (filtersChosen(view)) {
    return (
      <EmptyState
        icon={IconLayoutList}
        title="Nothing matches these filters"
        text="What was searched for may be of another kind, or carry another tag."
        action={{ label: 'Clear the filters', onClick: clear }}
      />
    );
  }
  if (view.personal === 'starred') {
    return (
      <EmptyState
        icon={IconLayoutList}
        title="No star yet"
        text="Star what you look at often: with the star in a row, or the key s."
        action={{ label: 'Show all', to: '/catalog' }}
      />
    );
  }
  if (view.personal === 'owned') {
    return (
      <EmptyState
        icon={IconLayoutList}
        title="You own nothing of this kind"
        text="Entities appear here when spec.owner names you or one of your groups."
        action={{ label: 'Show all', to: '/catalog' }}
      />
    );
  }
  return (
    <EmptyState
      icon={IconLayoutList}
      title="The catalogue has none of this kind"
      text="Descriptors come from the files named with --catalog, from templates, and from repositories served by Polder."
      action={{ label: 'Create from a template', to: '/create' }}
    />
  );
}
