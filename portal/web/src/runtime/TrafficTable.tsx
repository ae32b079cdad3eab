import { useState } from 'react';
import { millis, rate } from '../format/numbers';
import { clockTime } from '../format/time';
import { DataTable, type Column } from '../ui/DataTable';
import { CLASSES, type Series } from './traffic-data';

const value = (v: number | null | undefined, format: (n: number) => string) =>
  v === null || v === undefined ? '–' : format(v);

/** The same numbers as the charts, newest first. */
export function TrafficTable({ series }: { series: Series }) {
  const [sort, setSort] = useState({ id: 'at', descending: true });
  const rows = series.times.map((at, index) => ({ at, index }));
  const columns: Column<{ at: number; index: number }>[] = [
    { id: 'at', header: 'Time', sortable: true, value: (r) => r.at, cell: (r) => clockTime(r.at * 1000) },
    ...CLASSES.map((c): Column<{ at: number; index: number }> => ({
      id: c,
      header: `${c} req/s`,
      align: 'right',
      sortable: true,
      value: (r) => series.byClass[c][r.index] ?? 0,
      cell: (r) => value(series.byClass[c][r.index], rate),
    })),
    {
      id: 'p50',
      header: 'p50',
      align: 'right',
      value: (r) => series.p50[r.index] ?? null,
      cell: (r) => value(series.p50[r.index], millis),
    },
    {
      id: 'p99',
      header: 'p99',
      align: 'right',
      value: (r) => series.p99[r.index] ?? null,
      cell: (r) => value(series.p99[r.index], millis),
    },
  ];
  return (
    <div style={{ height: 320, display: 'flex', flexDirection: 'column' }}>
      <DataTable
        label="Traffic"
        columns={columns}
        rows={rows}
        rowId={(r) => String(r.at)}
        sort={sort}
        onSort={setSort}
        rowHeight={32}
        fill
      />
    </div>
  );
}
