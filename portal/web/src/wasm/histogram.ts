import type { Latency } from '../api/app';

export interface Bar {
  fromMs: number;
  toMs: number;
  count: number;
}

const STEPS = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8];

/** The n-th bound of a logarithmic axis with ten steps to a factor of ten; number 0 is 1 µs. */
export function bound(n: number): number {
  const decade = Math.floor(n / STEPS.length);
  const step = STEPS[n - decade * STEPS.length] ?? 1;
  return Number((step * 10 ** (decade - 3)).toPrecision(3));
}

function binOf(ms: number): number {
  let n = Math.max(0, Math.floor((Math.log10(Math.max(ms, 0.001)) + 3) * STEPS.length) - 1);
  while (ms >= bound(n + 1)) n += 1;
  return n;
}

/** The server's fine buckets as bars of a logarithmic axis, from the first with a count to the last, at least a factor of ten. */
export function toBars(latency: Latency): Bar[] {
  const counts = new Map<number, number>();
  for (const [from, to, count] of latency.buckets) {
    const bin = binOf((from + to) / 2);
    counts.set(bin, (counts.get(bin) ?? 0) + count);
  }
  if (counts.size === 0) return [];
  let first = Math.min(...counts.keys());
  let last = Math.max(...counts.keys());
  while (last - first < STEPS.length) {
    last += 1;
    if (first > 0 && last - first < STEPS.length) first -= 1;
  }
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    fromMs: bound(first + i),
    toMs: bound(first + i + 1),
    count: counts.get(first + i) ?? 0,
  }));
}

/** Where a duration is on the axis of these bars, 0 at its beginning and 1 at its end. */
export function placeOf(ms: number, bars: Bar[]): number {
  const from = bars[0]?.fromMs ?? 1;
  const to = bars.at(-1)?.toMs ?? 10;
  return Math.min(1, Math.max(0, Math.log(Math.max(ms, 1e-9) / from) / Math.log(to / from)));
}

/** Durations that stand under the axis: 1, 2 and 5 in each factor of ten, or 1 alone where that is too many. */
export function ticks(bars: Bar[], most = 9): number[] {
  const bounds = [...bars.map((b) => b.fromMs), bars.at(-1)?.toMs ?? 1];
  const leading = (ms: number) => Number(ms.toExponential().split('e')[0]);
  const fine = bounds.filter((ms) => [1, 2, 5].includes(leading(ms)));
  return fine.length <= most ? fine : bounds.filter((ms) => leading(ms) === 1);
}

/** 12 µs, 370 µs, 1.2 ms, 34 ms, 2.1 s. */
export function shortTime(ms: number): string {
  if (ms < 1) return `${Number((ms * 1000).toPrecision(3))} µs`;
  if (ms < 1000) return `${Number(ms.toPrecision(3))} ms`;
  return `${Number((ms / 1000).toPrecision(3))} s`;
}
