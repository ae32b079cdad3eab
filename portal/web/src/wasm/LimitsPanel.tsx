import type { App, AppLimits } from '../api/app';
import { bytes, count } from '../format/numbers';
import { duration } from '../format/time';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';

interface Limit {
  /** Its name in problem bodies, in the log and in the metric. */
  id: string;
  is: string;
}

/** Every limit of an app by the name that refusals have, and what each is of. */
export function limitGroups(limits: AppLimits): { of: string; limits: Limit[] }[] {
  return [
    {
      of: 'One instance',
      limits: [
        { id: 'memory', is: bytes(limits.memoryBytes) },
        { id: 'table', is: `${count(limits.tableElements)} elements` },
        { id: 'handles', is: `${count(limits.handles)} open` },
        { id: 'sockets', is: `${count(limits.sockets)} open` },
        { id: 'outbound-requests', is: `${count(limits.outboundRequests)} open` },
      ],
    },
    {
      of: 'One request',
      limits: [
        { id: 'wall-time', is: duration(limits.wallMillis) },
        { id: 'cpu-time', is: duration(limits.cpuMillis) },
        { id: 'request-body', is: bytes(limits.bodyBytes) },
        { id: 'header-bytes', is: `${bytes(limits.headerBytes)} a message` },
        { id: 'output', is: `${bytes(limits.outputBytes)} in memory` },
      ],
    },
    {
      of: 'The app',
      limits: [
        { id: 'concurrency', is: `${count(limits.concurrency)} run or wait` },
        { id: 'connections', is: `${count(limits.connections)} a component` },
        { id: 'guest-memory', is: bytes(limits.guestMemoryBytes) },
        { id: 'host-memory', is: bytes(limits.hostMemoryBytes) },
        { id: 'log', is: `${bytes(limits.logBytesPerSecond)}/s, ${bytes(limits.logBytes)} a request` },
      ],
    },
  ];
}

/** What a guest may use, and how often one wanted more since the start. */
export function LimitsPanel({ app }: { app: App }) {
  const passed = app.requests?.limits ?? {};
  const any = Object.keys(passed).length > 0;
  return (
    <Panel
      title="Limits"
      flush
      side={<span className="small dim">{any ? 'passed since the start' : 'none passed since the start'}</span>}
    >
      {limitGroups(app.limits).map(({ of, limits }) => (
        <section key={of} className="limits" aria-label={of}>
          <h3 className="tiny dim">{of}</h3>
          <dl>
            {limits.map(({ id, is }) => (
              <div key={id} className="limit small">
                <dt className="mono tiny">{id}</dt>
                <dd className="num">
                  {is}
                  <Passed limit={id} times={passed[id] ?? 0} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Panel>
  );
}

function Passed({ limit, times }: { limit: string; times: number }) {
  if (times === 0) return null;
  return (
    <>
      <span className="sr-only">, passed</span>
      <Status kind="warning" word={limit === 'log' ? `${count(times)} lines` : `${count(times)} ×`} />
    </>
  );
}
