import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './chart.css';

export interface ChartLine {
  label: string;
  /** The name of a colour token, without `--p-`. */
  colour: string;
  values: (number | null)[];
  fill?: boolean;
}

interface Props {
  label: string;
  times: number[];
  lines: ChartLine[];
  unit: string;
  format: (value: number) => string;
}

const HEIGHT = 200;
/** Charts on one page share the pointer, so that a moment can be read across them. */
const SYNC = 'runtime';

export default function Chart({ label, times, lines, unit, format }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const { colorScheme } = useMantineColorScheme();
  const shape = lines.map((l) => `${l.label} ${l.colour}`).join('|');
  const data = useRef<uPlot.AlignedData>([[]]);
  const formatRef = useRef(format);

  useEffect(() => {
    data.current = [times, ...lines.map((l) => l.values)];
    formatRef.current = format;
    plot.current?.setData(data.current);
  }, [times, lines, format]);

  useEffect(() => {
    const node = box.current;
    if (!node) return;
    const colour = (name: string) => getComputedStyle(node).getPropertyValue(`--p-${name}`).trim();
    const axis = {
      stroke: colour('text-3'),
      font: '12px "Inter Variable", sans-serif',
      grid: { stroke: colour('border'), width: 1 },
      ticks: { show: false },
    };
    const made = new uPlot(
      {
        width: node.clientWidth || 600,
        height: HEIGHT,
        cursor: { sync: { key: SYNC }, points: { size: 6 } },
        legend: { live: true },
        scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.08, 1e-3)] } },
        axes: [
          {
            ...axis,
            values: (_, ticks) =>
              ticks.map((t) => new Date(t * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })),
          },
          { ...axis, size: 64, values: (_, ticks) => ticks.map((t) => formatRef.current(t)) },
        ],
        series: [
          { value: (_, at) => (at ? new Date(at * 1000).toLocaleTimeString('en-GB') : '–') },
          ...shape.split('|').map((each) => {
            const cut = each.lastIndexOf(' ');
            const stroke = colour(each.slice(cut + 1));
            return {
              label: each.slice(0, cut),
              stroke,
              width: 1.25,
              points: { show: false },
              spanGaps: false,
              value: (_: uPlot, v: number | null) => (v === null ? '–' : `${formatRef.current(v)} ${unit}`.trim()),
            };
          }),
        ],
      },
      data.current,
      node,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => {
      made.setSize({ width: node.clientWidth, height: HEIGHT });
    });
    watch.observe(node);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape, unit, colorScheme]);

  return <div ref={box} className="chart" role="img" aria-label={label} />;
}
