import { SegmentedControl } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { getTraffic, workloadPath } from '../api/polder';
import { useStream } from '../api/stream';
import type { TrafficNow } from '../api/types';
import { millis, rate } from '../format/numbers';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { Panel } from '../ui/Panel';
import { RangeControl, useRange } from '../ui/RangeControl';
import { CLASSES, extend, toSeries, type StatusClass } from './traffic-data';
import { TrafficTable } from './TrafficTable';

const Chart = lazy(() => import('./Chart'));
const COLOUR: Record<StatusClass, string> = {
  '2xx': 'series-1',
  '3xx': 'series-2',
  '4xx': 'series-3',
  '5xx': 'critical',
};
const KEEP = 900;

/** Requests a second by status class, and latency: history from one call, every second since from a stream. */
export function TrafficPanel({ of, url }: { of: string; url: string | null }) {
  const seconds = useRange();
  const [table, setTable] = useState(false);
  const [live, setLive] = useState<TrafficNow[]>([]);
  const history = useQuery({
    queryKey: ['traffic', of, seconds],
    queryFn: ({ signal }) => getTraffic(of, seconds, signal),
    placeholderData: keepPreviousData,
    refetchInterval: seconds > 3600 ? 60_000 : false,
  });
  useStream(
    `${workloadPath(of)}/traffic/stream`,
    useCallback((event) => {
      if (event.event === 'traffic') {
        const now = JSON.parse(event.data) as TrafficNow;
        setLive((old) => [...old.slice(1 - KEEP), now]);
      }
      return undefined;
    }, []),
  );
  const series = useMemo(
    () => (history.data ? extend(toSeries(history.data), seconds <= 3600 ? live : [], seconds) : null),
    [history.data, live, seconds],
  );
  const requests = useMemo(
    () =>
      series
        ? CLASSES.filter((c) => c === '2xx' || series.byClass[c].some((v) => v > 0)).map((c) => ({
            label: c,
            colour: COLOUR[c],
            values: series.byClass[c],
          }))
        : [],
    [series],
  );
  const latency = useMemo(
    () =>
      series
        ? [
            { label: 'p50', colour: 'series-1', values: series.p50 },
            { label: 'p99', colour: 'series-5', values: series.p99 },
          ]
        : [],
    [series],
  );
  const silent = series?.byClass && CLASSES.every((c) => series.byClass[c].every((v) => v === 0));
  const now = live.at(-1);
  return (
    <div id="traffic">
      <Panel
        title="Traffic"
        flush
        side={
          <div className="row row-wrap">
            {now && (
              <span className="small num dim">
                now {rate(now.rps)} req/s{now.p99Ms === null ? '' : `, p99 ${millis(now.p99Ms)}`}
              </span>
            )}
            <SegmentedControl
              size="xs"
              aria-label="Shown as"
              value={table ? 'table' : 'chart'}
              onChange={(value) => {
                setTable(value === 'table');
              }}
              data={[
                { value: 'chart', label: 'Chart' },
                { value: 'table', label: 'Table' },
              ]}
            />
            <RangeControl />
          </div>
        }
      >
        {history.error && (
          <ErrorState what="The traffic could not be read" error={history.error} retry={() => void history.refetch()} />
        )}
        {history.isPending && <Loading what="Reading the traffic" />}
        {series && silent && (
          <EmptyState
            compact
            icon={IconActivity}
            title="No request in this time"
            text={
              url ? (
                <>
                  Open <a href={url}>{url}</a> and see it here within a second.
                </>
              ) : (
                'Requests appear here within a second.'
              )
            }
          />
        )}
        {series && !silent && table && <TrafficTable series={series} />}
        {series && !silent && !table && (
          <Suspense fallback={<Loading what="Loading the chart" />}>
            <div className="chart-grid">
              <Chart
                label="Requests per second by status class"
                times={series.times}
                lines={requests}
                unit="req/s"
                format={rate}
              />
              <Chart
                label="Latency, median and 99th percentile"
                times={series.times}
                lines={latency}
                unit=""
                format={millis}
              />
            </div>
          </Suspense>
        )}
      </Panel>
    </div>
  );
}
