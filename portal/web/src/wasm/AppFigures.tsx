import type { ReactNode } from 'react';
import type { App } from '../api/app';
import { count, percent, plural } from '../format/numbers';
import { shortTime } from './histogram';

/** How the app does, in one line of figures; the same place on every app's page. */
export function AppFigures({ app: { instances, requests, latency, components } }: { app: App }) {
  if (!instances || !requests || !latency) return null;
  const peak = Math.max(0, ...components.map((c) => c.figures?.peak ?? 0));
  const none = latency.total === 0;
  const quantile = (ms: number) => (none ? '–' : shortTime(ms));
  return (
    <dl className="app-figures" aria-label="Figures since the start">
      <Figure name="Instances" value={count(instances.live)} more={`${count(instances.running)} under way`} />
      <Figure
        name="Made"
        value={count(instances.made)}
        more={instances.reused === 0 ? 'none reused' : `${count(instances.reused)} reused`}
      />
      <Figure name="Most at once" value={count(peak)} more={`${count(instances.waiting)} waiting`} />
      <Figure name="Requests" value={count(requests.total)} more="since the start" />
      <Figure name="Last hour" value={<Classes of={requests.byClass} />} small />
      <Figure name="p50" value={quantile(latency.p50Ms)} />
      <Figure name="p90" value={quantile(latency.p90Ms)} />
      <Figure name="p99" value={quantile(latency.p99Ms)} />
      <Figure
        name="Failed"
        value={count(requests.failures)}
        more={
          requests.failures > 0
            ? `${percent(requests.failures / Math.max(1, requests.total))}, ${plural(requests.traps, 'trap')}`
            : 'no trap'
        }
        bad={requests.failures > 0}
      />
      <Figure name="Refused" value={count(requests.refused)} more="before a guest ran" />
    </dl>
  );
}

/** The last hour's requests by the class of their status. */
function Classes({ of }: { of: Record<string, number> }) {
  const classes = Object.entries(of);
  if (classes.length === 0) return 'no request';
  return classes.map(([name, n]) => (
    <span key={name} className={name === '5xx' ? 'nowrap bad' : 'nowrap'}>
      {name} {count(n)}
    </span>
  ));
}

function Figure(props: { name: string; value: ReactNode; more?: string; bad?: boolean; small?: boolean }) {
  const { name, value, more, bad = false, small = false } = props;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span className={`${small ? 'figure-more' : 'figure'}${bad ? ' bad' : ''}`}>{value}</span>
        {more && <span className="figure-more">{more}</span>}
      </dd>
    </div>
  );
}
