import { IconGhost } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, type ComponentType, type LazyExoticComponent } from 'react';
import { useParams } from 'react-router';
import { entityRef, hasStrip } from '../api/entity';
import { ApiError } from '../api/problem';
import type { Entity } from '../api/types';
import { formatRef } from '../format/refs';
import { useNoteVisit } from '../home/personal';
import { Strip } from '../strip/Strip';
import { useFacts } from '../strip/facts-store';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { PageHeader } from '../ui/PageHeader';
import { EntityHeader } from './EntityHeader';
import { EntityTabs } from './EntityTabs';
import { tabsOf, type TabId } from './tabs';
import { Unregistered } from './Unregistered';
import { useEntity } from './useEntity';
import { Warnings } from './Warnings';
import './entity.css';

const TABS: Record<TabId, LazyExoticComponent<ComponentType<{ entity: Entity }>>> = {
  overview: lazy(() => import('./OverviewTab')),
  relations: lazy(() => import('./RelationsTab')),
  runtime: lazy(() => import('../runtime/RuntimeTab')),
  wasm: lazy(() => import('../wasm/AppTab')),
  evidence: lazy(() => import('../evidence/EvidenceTab')),
  api: lazy(() => import('./ApiTab')),
  yaml: lazy(() => import('./YamlTab')),
};

export default function EntityPage() {
  const { namespace = 'default', kind = 'component', name = '', tab } = useParams();
  const ref = formatRef({ kind, namespace, name });
  const query = useEntity(ref);
  const missing = query.error instanceof ApiError && query.error.status === 404;
  useNoteVisit(query.data ? ref : null);

  if (missing) return <Unregistered key={ref} of={ref} tab={tab} />;
  if (query.error && !query.data) {
    return (
      <div className="page">
        <PageHeader title={name} />
        <ErrorState what={`${ref} could not be read`} error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  }
  if (!query.data) {
    return (
      <div className="page">
        <PageHeader title={name} />
        <Loading what={`Reading ${ref}`} />
      </div>
    );
  }
  return <Found key={ref} entity={query.data} tab={tab} />;
}

function Found({ entity, tab }: { entity: Entity; tab: string | undefined }) {
  const ref = entityRef(entity);
  const facts = useFacts(hasStrip(ref) ? ref : null);
  // Who came by a link to the tab sees it before the facts are there.
  const runs = tab === 'wasm' || Boolean(facts?.runs);
  const tabs = useMemo(() => tabsOf(entity, runs), [entity, runs]);
  const current = tabs.find((t) => t.id === (tab ?? 'overview'))?.id;
  const Content = current ? TABS[current] : null;
  return (
    <div className="page">
      <EntityHeader entity={entity} />
      <Warnings entity={entity} />
      {hasStrip(ref) && <Strip of={ref} facts={facts} />}
      <EntityTabs of={ref} tabs={tabs} current={current ?? null} />
      <div className="entity-tab">
        {Content ? (
          <Suspense fallback={<Loading />}>
            <Content entity={entity} />
          </Suspense>
        ) : (
          <EmptyState
            icon={IconGhost}
            title={`${entity.kind} has no tab “${tab ?? ''}”`}
            text="The link may be of another kind of entity."
          />
        )}
      </div>
    </div>
  );
}
