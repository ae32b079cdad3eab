import { IconDatabase, IconVariable } from '@tabler/icons-react';
import type { App, AppStorage, AppVariable } from '../api/app';
import type { Workload } from '../api/types';
import { bytes, plural } from '../format/numbers';
import { WorkloadState } from '../runtime/WorkloadState';
import { Copyable } from '../ui/Copy';
import { EmptyState } from '../ui/EmptyState';
import { FactsList } from '../ui/FactsList';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';
import { StopButton } from './StopButton';

/** Which engine runs it, and why that one. */
export function EnginePanel({ of, app, workload }: { of: string; app: App; workload: Workload | null }) {
  return (
    <Panel title="Engine" side={<StopButton of={of} app={app} />}>
      <FactsList
        facts={[
          [
            'State',
            <WorkloadState
              key="state"
              state={app.deployingSince && app.activity === null ? 'deploying' : app.state}
              reason={workload?.reason ?? null}
            />,
          ],
          ['Activity', <Activity key="activity" of={app.activity} />],
          ['App', app.name ? `${app.name} ${app.version ?? ''}`.trim() : null],
          ['Engine', workload?.engine ? `${workload.engine.name} ${workload.engine.version}` : null],
          ['Because', workload?.engine?.why ?? null],
          ['Identity', workload ? <Copyable text={workload.spiffeId} what="the SPIFFE id" /> : null],
        ]}
      />
    </Panel>
  );
}

function Activity({ of }: { of: App['activity'] }) {
  if (of === null) return <span className="dim">nothing serves</span>;
  return (
    <span className="row row-wrap">
      <Status kind={of === 'idle' ? 'unknown' : 'good'} word={of === 'idle' ? 'Idle' : 'Running'} />
      <span className="small">
        {of === 'idle' ? 'it let go of its code, the next request has it again' : 'its code is loaded'}
      </span>
    </span>
  );
}

/** The application's variables. A secret, or a value that does not come from the manifest, is never sent here. */
export function VariablesPanel({ variables }: { variables: AppVariable[] }) {
  return (
    <Panel title="Variables" flush>
      {variables.length === 0 && (
        <EmptyState
          compact
          icon={IconVariable}
          title="No variables"
          text="Those of [variables] in spin.toml stand here."
        />
      )}
      {variables.length > 0 && (
        <ul className="plain-list">
          {variables.map((variable) => (
            <li key={variable.name} className="list-row row-wrap small">
              <span className="mono break">{variable.name}</span>
              {variable.secret && <span className="tag">secret</span>}
              {variable.required && <span className="tag">required</span>}
              <span className="push break">
                {variable.value !== null ? (
                  <span className="mono">{variable.value === '' ? '""' : variable.value}</span>
                ) : (
                  <span className="dim">
                    {variable.from === 'manifest' ? 'the manifest’s default, hidden' : 'set outside of it, hidden'}
                  </span>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const KINDS: Record<string, string> = { 'key-value': 'key-value store', sqlite: 'SQLite database' };

/** What it keeps over its versions. */
export function StoragePanel({ storage }: { storage: AppStorage[] }) {
  return (
    <Panel title="Stores and databases" flush>
      {storage.length === 0 && (
        <EmptyState
          compact
          icon={IconDatabase}
          title="It keeps nothing"
          text="Labels of key_value_stores and sqlite_databases in spin.toml stand here, with what is in them."
        />
      )}
      {storage.length > 0 && (
        <ul className="plain-list">
          {storage.map((each) => (
            <li key={`${each.kind} ${each.label}`} className="list-row row-wrap small">
              <span className="mono">{each.label}</span>
              <span className="dim">{KINDS[each.kind] ?? each.kind}</span>
              <span className="push num">
                {each.keys !== null && `${plural(each.keys, 'key')}, `}
                {each.bytes === null ? 'kept elsewhere' : bytes(each.bytes)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
