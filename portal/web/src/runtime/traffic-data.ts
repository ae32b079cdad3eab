import type { Traffic, TrafficNow } from '../api/types';

/** Columns for the chart: times in seconds, and a value a second for each status class. */
export interface Series {
  times: number[];
  byClass: Record<StatusClass, number[]>;
  p50: (number | null)[];
  p99: (number | null)[];
}
export type StatusClass = '2xx' | '3xx' | '4xx' | '5xx';
export const CLASSES: StatusClass[] = ['2xx', '3xx', '4xx', '5xx'];

export function classOf(code: string): StatusClass {
  const first = code.charAt(0);
  if (first === '3') return '3xx';
  if (first === '4') return '4xx';
  // What is not a status at all (a reset, a timeout) is a failure of the server's side.
  return first === '2' || first === '1' ? '2xx' : '5xx';
}

/** The answer of the server, as requests per second by status class. */
export function toSeries(traffic: Traffic): Series {
  const length = Math.max(0, traffic.latencyMs.p50.length, ...Object.values(traffic.series).map((s) => s.length));
  const start = new Date(traffic.from).getTime() / 1000;
  const times = Array.from({ length }, (_, i) => start + i * traffic.stepSeconds);
  const byClass = Object.fromEntries(CLASSES.map((c) => [c, Array<number>(length).fill(0)])) as Series['byClass'];
  for (const [code, counts] of Object.entries(traffic.series)) {
    const target = byClass[classOf(code)];
    counts.forEach((n, i) => {
      target[i] = (target[i] ?? 0) + n / traffic.stepSeconds;
    });
  }
  return { times, byClass, p50: traffic.latencyMs.p50, p99: traffic.latencyMs.p99 };
}

/** Adds the seconds that arrived since, and drops what is older than the range. */
export function extend(series: Series, live: TrafficNow[], seconds: number): Series {
  const last = series.times.at(-1) ?? 0;
  const next: Series = {
    times: [...series.times],
    byClass: Object.fromEntries(CLASSES.map((c) => [c, [...series.byClass[c]]])) as Series['byClass'],
    p50: [...series.p50],
    p99: [...series.p99],
  };
  for (const point of live) {
    const at = new Date(point.at).getTime() / 1000;
    if (at <= last) continue;
    next.times.push(at);
    for (const c of CLASSES) {
      const n = Object.entries(point.byCode).reduce((sum, [code, k]) => (classOf(code) === c ? sum + k : sum), 0);
      next.byClass[c].push(n);
    }
    next.p50.push(point.p50Ms);
    next.p99.push(point.p99Ms);
  }
  const from = (next.times.at(-1) ?? 0) - seconds;
  const cut = next.times.findIndex((t) => t >= from);
  if (cut <= 0) return next;
  return {
    times: next.times.slice(cut),
    byClass: Object.fromEntries(CLASSES.map((c) => [c, next.byClass[c].slice(cut)])) as Series['byClass'],
    p50: next.p50.slice(cut),
    p99: next.p99.slice(cut),
  };
}
