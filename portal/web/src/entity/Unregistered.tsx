import { IconGhost } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { getWorkload } from '../api/polder';
import type { Entity } from '../api/types';
import { formatRef, parseRef } from '../format/refs';
import { EmptyState } from '../ui/EmptyState';
import { Loading } from '../ui/Loading';
import { PageHeader } from '../ui/PageHeader';
import { PageLink } from '../ui/PageLink';
import { Status } from '../ui/Status';
import { EntityTabs } from './EntityTabs';
import { OpenService } from './OpenService';
import type { Tab } from './tabs';

const RuntimeTab = lazy(() => import('../runtime/RuntimeTab'));
const AppTab = lazy(() => import('../wasm/AppTab'));

const TABS: Tab[] = [
  { id: 'wasm', label: 'Wasm' },
  { id: 'runtime', label: 'Runtime' },
];

/** A ref that no descriptor names: what runs under it is shown all the same, such as an app that `polder wasm up` deployed. */
export function Unregistered({ of, tab }: { of: string; tab: string | undefined }) {
  const { kind, namespace, name } = parseRef(of);
  const workload = useQuery({
    queryKey: ['workload', of],
    queryFn: ({ signal }) => getWorkload(of, signal),
    enabled: kind === 'component',
    refetchInterval: 5_000,
  });
  if (kind === 'component' && workload.isPending) {
    return (
      <div className="page">
        <PageHeader title={name} />
        <Loading what={`Looking for what runs as ${of}`} />
      </div>
    );
  }
  if (!workload.data) {
    return (
      <div className="page">
        <PageHeader title="Not in the catalogue" />
        <EmptyState
          icon={IconGhost}
          title={of}
          text="No descriptor names this entity. It may have been renamed or removed, or its descriptor has a mistake: the home page lists those."
          action={{ label: 'Search the catalogue', to: '/catalog?kind=all' }}
        />
      </div>
    );
  }
  const entity: Entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { namespace, name },
  };
  const runtime = tab === 'runtime';
  return (
    <div className="page">
      <PageHeader
        title={name}
        tab={formatRef({ kind, namespace, name })}
        lead="A workload that is not in the catalogue"
        actions={<OpenService of={of} />}
      />
      <ul className="panel plain-list warnings" aria-label="Warnings">
        <li className="list-row row-wrap">
          <Status kind="notice" word="Not in the catalogue" />
          <span className="small break unregistered">
            It runs, and nobody is said to own it. Add a <code>catalog-info.yaml</code> whose component is called{' '}
            <code>{name}</code>, or <PageLink to="/create">begin with a template</PageLink>, which brings one.
          </span>
        </li>
      </ul>
      <EntityTabs of={of} tabs={TABS} current={runtime ? 'runtime' : 'wasm'} />
      <div className="entity-tab">
        <Suspense fallback={<Loading />}>
          {runtime ? <RuntimeTab entity={entity} /> : <AppTab entity={entity} />}
        </Suspense>
      </div>
    </div>
  );
}
