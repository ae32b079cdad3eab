import { NativeSelect, SegmentedControl } from '@mantine/core';
import { IconChartHistogram } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { App } from '../api/app';
import { count, percent, plural } from '../format/numbers';
import { EmptyState } from '../ui/EmptyState';
import { Panel } from '../ui/Panel';
import '../ui/table.css';
import { useUrlState } from '../ui/useUrlState';
import { Histogram } from './Histogram';
import { shortTime, toBars } from './histogram';

/** How long requests took since the start, of the whole app or of one component. */
export function LatencyPanel({ app, url }: { app: App; url: string | null }) {
  const [params, change] = useUrlState();
  const [table, setTable] = useState(false);
  const asked = app.components.filter((c) => c.figures && c.figures.latency.total > 0);
  const chosen = asked.find((c) => c.id === params.get('latency'));
  const latency = chosen?.figures?.latency ?? app.latency;
  const bars = useMemo(() => (latency ? toBars(latency) : []), [latency]);
  if (!latency) return null;
  return (
    <Panel
      title="Latency"
      flush
      side={
        <div className="row row-wrap">
          {asked.length > 1 && (
            <NativeSelect
              size="xs"
              aria-label="Latency of"
              value={chosen?.id ?? ''}
              data={[{ value: '', label: 'All components' }, ...asked.map((c) => ({ value: c.id, label: c.id }))]}
              onChange={(e) => {
                change({ latency: e.currentTarget.value });
              }}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label="Latency shown as"
            value={table ? 'table' : 'chart'}
            onChange={(value) => {
              setTable(value === 'table');
            }}
            data={[
              { value: 'chart', label: 'Chart' },
              { value: 'table', label: 'Table' },
            ]}
          />
        </div>
      }
    >
      {bars.length === 0 && (
        <EmptyState
          compact
          icon={IconChartHistogram}
          title="No request since the start"
          text={
            url ? (
              <>
                Try a trigger above, or open <a href={url}>{url}</a>.
              </>
            ) : (
              'The first request draws it.'
            )
          }
        />
      )}
      {bars.length > 0 && !table && <Histogram latency={latency} bars={bars} />}
      {bars.length > 0 && table && (
        <div className="table-box latency-table" role="region" aria-label="Latency, scrollable" tabIndex={0}>
          <table className="table">
            <caption className="sr-only">
              {plural(latency.total, 'request')}: p50 {shortTime(latency.p50Ms)}, p90 {shortTime(latency.p90Ms)}, p99{' '}
              {shortTime(latency.p99Ms)}
            </caption>
            <thead>
              <tr>
                <th scope="col" className="num">
                  From
                </th>
                <th scope="col" className="num">
                  To
                </th>
                <th scope="col" className="num">
                  Requests
                </th>
                <th scope="col" className="num">
                  Share
                </th>
              </tr>
            </thead>
            <tbody>
              {bars
                .filter((bar) => bar.count > 0)
                .map((bar) => (
                  <tr key={bar.fromMs}>
                    <td className="num">{shortTime(bar.fromMs)}</td>
                    <td className="num">{shortTime(bar.toMs)}</td>
                    <td className="num">{count(bar.count)}</td>
                    <td className="num">{percent(bar.count / latency.total)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
