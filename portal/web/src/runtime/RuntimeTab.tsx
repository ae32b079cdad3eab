import type { ReactNode } from 'react';
import { IconRocket } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getWorkload } from '../api/polder';
import { entityRef } from '../api/entity';
import { ApiError } from '../api/problem';
import type { Entity, Workload } from '../api/types';
import { bytes } from '../format/numbers';
import { duration } from '../format/time';
import { Copyable } from '../ui/Copy';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { FactsList } from '../ui/FactsList';
import { Loading } from '../ui/Loading';
import { Panel } from '../ui/Panel';
import { useFacts } from '../strip/facts-store';
import { count } from '../format/numbers';
import { DeadLetters } from '../wasm/DeadLetters';
import { IdentityPanel } from './IdentityPanel';
import { LogsPanel } from './LogsPanel';
import { TrafficPanel } from './TrafficPanel';
import { VersionsPanel } from './VersionsPanel';
import { WorkloadState } from './WorkloadState';

export default function RuntimeTab({ entity }: { entity: Entity }) {
  const ref = entityRef(entity);
  const query = useQuery({
    queryKey: ['workload', ref],
    queryFn: ({ signal }) => getWorkload(ref, signal),
    refetchInterval: 5_000,
  });
  if (query.error instanceof ApiError && query.error.status === 404) {
    return (
      <div className="panel">
        <EmptyState
          icon={IconRocket}
          title="Not deployed"
          text="Nothing runs under this component's name. A component made from a template is deployed at once; others run where they run, and Polder does not see them yet."
          action={{ label: 'Create a service from a template', to: '/create' }}
        />
      </div>
    );
  }
  if (query.isPending) return <Loading rows={8} what="Reading the workload" />;
  if (!query.data)
    return <ErrorState what="The workload could not be read" error={query.error} retry={() => void query.refetch()} />;
  const workload = query.data;
  return (
    <div className="stack">
      <TrafficPanel of={ref} url={workload.url} />
      <div className="grid-12">
        <div className="stack col-7">
          <InstancePanel of={ref} workload={workload} />
          <VersionsPanel workload={workload} />
        </div>
        <div className="stack col-5">
          <IdentityPanel workload={workload} />
          <EnginePanel workload={workload} />
        </div>
      </div>
      <DeadLetters of={ref} />
      <LogsPanel of={ref} />
    </div>
  );
}

function InstancePanel({ of, workload }: { of: string; workload: Workload }) {
  const runs = useFacts(of)?.runs;
  return (
    <Panel title="Instance">
      <FactsList
        facts={[
          ['State', <WorkloadState key="state" state={workload.state} reason={workload.reason} />],
          ['Instances', runs ? <span className="num">{count(runs.instances)}</span> : null],
          ['URL', workload.url ? <a href={workload.url}>{workload.url}</a> : null],
          ['Address', workload.address ? <Copyable key="address" text={workload.address} what="the address" /> : null],
          ...workload.triggers.map((t, i): [string, ReactNode] => [
            i === 0 ? 'Triggers' : `Trigger ${i + 1}`,
            <span key={t.route}>
              {t.kind} <code>{t.route}</code> by {t.executor}
            </span>,
          ]),
          ['Clone', workload.git ? <Copyable key="git" text={workload.git.cloneUrl} what="the clone URL" /> : null],
          ['Branch', workload.git ? <code key="branch">{workload.git.branch}</code> : null],
        ]}
      />
    </Panel>
  );
}

function EnginePanel({ workload: { engine, limits } }: { workload: Workload }) {
  return (
    <Panel title="Engine and limits">
      <FactsList
        facts={[
          ['Engine', engine ? `${engine.name} ${engine.version}` : null],
          ['Because', engine?.why ?? null],
          ['Memory', limits ? bytes(limits.memoryBytes) : null],
          ['Time', limits ? `${duration(limits.wallMillis)} for one request` : null],
          ['Output', limits ? `${bytes(limits.outputBytes)} for one request` : null],
        ]}
      />
    </Panel>
  );
}
