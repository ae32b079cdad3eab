import { IconPlayerPause, IconRocket } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getApp } from '../api/app';
import { entityRef } from '../api/entity';
import { getWorkload } from '../api/polder';
import { ApiError } from '../api/problem';
import type { Entity } from '../api/types';
import { LogsPanel } from '../runtime/LogsPanel';
import { VersionsPanel } from '../runtime/VersionsPanel';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { AppFigures } from './AppFigures';
import { ComponentsPanel } from './ComponentsPanel';
import { EnginePanel, StoragePanel, VariablesPanel } from './AppFacts';
import { DeadLetters } from './DeadLetters';
import { LatencyPanel } from './LatencyPanel';
import { LimitsPanel } from './LimitsPanel';
import { TrapsPanel } from './TrapsPanel';
import { TriggersPanel } from './TriggersPanel';
import './app.css';

/** A component that runs as WebAssembly, from the inside: what it asks for, what it was granted, how it does, and a try. */
export default function AppTab({ entity }: { entity: Entity }) {
  const ref = entityRef(entity);
  const app = useQuery({
    queryKey: ['app', ref],
    queryFn: ({ signal }) => getApp(ref, signal),
    // Unchanged, it is answered without a body; traps are seen within a second or two.
    refetchInterval: 1_500,
  });
  const workload = useQuery({
    queryKey: ['workload', ref],
    queryFn: ({ signal }) => getWorkload(ref, signal),
    refetchInterval: 5_000,
  });
  if (app.error instanceof ApiError && app.error.status === 404) {
    return (
      <div className="panel">
        <EmptyState
          icon={IconRocket}
          title="Not deployed"
          text="No WebAssembly app runs under this component's name. Push a folder with a spin.toml, or begin with a template."
          action={{ label: 'Create a service from a template', to: '/create' }}
        />
      </div>
    );
  }
  if (app.isPending) return <Loading rows={8} what="Reading the app" />;
  if (!app.data)
    return <ErrorState what="The app could not be read" error={app.error} retry={() => void app.refetch()} />;
  const url = workload.data?.url ?? null;
  return (
    <div className="stack">
      <AppFigures app={app.data} />
      {app.data.deployingSince && (
        <div className="panel" role="status">
          <div className="panel-body row row-wrap">
            <Status kind="notice" word="Deploying" />
            <span className="small">
              A version is being compiled and tried, begun <Time at={app.data.deployingSince} />. What serves goes on
              until it is ready; the log below says how it goes.
            </span>
          </div>
        </div>
      )}
      {!app.data.deployingSince && app.data.components.length === 0 && app.data.triggers.length === 0 && (
        <div className="panel">
          <EmptyState
            compact
            icon={IconPlayerPause}
            title={app.data.state === 'stopped' ? 'It is stopped' : 'No version of it serves'}
            text={`${workload.data?.reason ? `${workload.data.reason}. ` : ''}Its components, triggers and grants are shown while a version serves; its figures, traps and log stay.`}
          />
        </div>
      )}
      <div className="grid-12">
        <div className="stack col-8">
          {app.data.triggers.length > 0 && <TriggersPanel of={ref} app={app.data} url={url} />}
          {app.data.components.length > 0 && <ComponentsPanel components={app.data.components} />}
          <LatencyPanel app={app.data} url={url} />
          <TrapsPanel traps={app.data.traps} total={app.data.requests?.traps ?? 0} />
          {workload.data && <VersionsPanel workload={workload.data} />}
        </div>
        <div className="stack col-4">
          <EnginePanel of={ref} app={app.data} workload={workload.data ?? null} />
          <LimitsPanel app={app.data} />
          <VariablesPanel variables={app.data.variables} />
          <StoragePanel storage={app.data.storage} />
        </div>
      </div>
      <DeadLetters of={ref} />
      <LogsPanel of={ref} />
    </div>
  );
}
