import { useElementSize } from '@mantine/hooks';
import { useState } from 'react';
import type { Latency } from '../api/app';
import { count, percent, plural } from '../format/numbers';
import { placeOf, shortTime, ticks, type Bar } from './histogram';

const HEIGHT = 168;
const TOP = 36;
const BOTTOM = 24;
const SIDE = 12;

/** Labels at the ends stay inside. */
function anchor(x: number, width: number): 'start' | 'middle' | 'end' {
  if (x < 24) return 'start';
  return x > width - 24 ? 'end' : 'middle';
}

/** Counts by duration on a logarithmic axis, the quantiles marked; the table beside it has the same numbers. */
export function Histogram({ latency, bars }: { latency: Latency; bars: Bar[] }) {
  const { ref, width } = useElementSize();
  const [at, setAt] = useState<number | null>(null);
  const wide = Math.max(0, width - 2 * SIDE);
  const most = Math.max(...bars.map((b) => b.count));
  const floor = HEIGHT - BOTTOM;
  const room = floor - TOP;
  const each = wide / bars.length;
  const x = (ms: number) => SIDE + placeOf(ms, bars) * wide;
  const marks = [
    { name: 'p50', ms: latency.p50Ms },
    { name: 'p90', ms: latency.p90Ms },
    { name: 'p99', ms: latency.p99Ms },
  ];
  const pointed = at === null ? null : bars[at];
  return (
    <div className="histogram" ref={ref}>
      <p className="histogram-value small num" aria-hidden>
        {pointed
          ? `${shortTime(pointed.fromMs)} to ${shortTime(pointed.toMs)}: ${plural(pointed.count, 'request')}, ${percent(pointed.count / latency.total)}`
          : `${plural(latency.total, 'request')} since the start`}
      </p>
      <svg
        width={Math.max(0, width)}
        height={HEIGHT}
        role="img"
        aria-label={`Latency of ${plural(latency.total, 'request')}: half within ${shortTime(latency.p50Ms)}, nine in ten within ${shortTime(latency.p90Ms)}, 99 in a hundred within ${shortTime(latency.p99Ms)}`}
        onMouseMove={(e) => {
          const place = Math.floor((e.clientX - e.currentTarget.getBoundingClientRect().left - SIDE) / each);
          setAt(place >= 0 && place < bars.length ? place : null);
        }}
        onMouseLeave={() => {
          setAt(null);
        }}
      >
        <line className="histogram-axis" x1={SIDE} x2={SIDE + wide} y1={floor + 0.5} y2={floor + 0.5} />
        {bars.map((bar, i) => {
          // One of many is still a mark: nothing that was counted is drawn as nothing.
          const high = bar.count === 0 ? 0 : Math.max(2, (bar.count / most) * room);
          return (
            <rect
              key={bar.fromMs}
              className={i === at ? 'histogram-bar pointed' : 'histogram-bar'}
              x={SIDE + i * each + 0.5}
              width={Math.max(1, each - 1)}
              y={floor - high}
              height={high}
            />
          );
        })}
        {ticks(bars, wide < 480 ? 5 : 9).map((ms) => (
          <text key={ms} className="histogram-text" x={x(ms)} y={HEIGHT - 6} textAnchor={anchor(x(ms), width)}>
            {shortTime(ms)}
          </text>
        ))}
        {marks.map(({ name, ms }, i) => (
          <g key={name}>
            <line className="histogram-mark" x1={x(ms)} x2={x(ms)} y1={12 + i * 12} y2={floor} />
            <text
              className="histogram-text strong"
              x={x(ms) + (x(ms) > wide * 0.75 ? -4 : 4)}
              y={11 + i * 12}
              textAnchor={x(ms) > wide * 0.75 ? 'end' : 'start'}
            >
              {name} {shortTime(ms)}
            </text>
          </g>
        ))}
      </svg>
      <span className="sr-only">The highest bar is {count(most)} requests. The same numbers stand in the table.</span>
    </div>
  );
}
