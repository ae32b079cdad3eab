import { rate } from '../format/numbers';

interface Props {
  values: readonly number[];
  width?: number;
  height?: number;
  label: string;
}

/** The path of a sparkline in a box of the given size; the line starts at zero and touches the top at its peak. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return '';
  const top = Math.max(...values, 1e-9);
  const step = width / (values.length - 1);
  return values
    .map(
      (v, i) => `${i === 0 ? 'M' : 'L'}${(i * step).toFixed(1)} ${(height - 1 - (v / top) * (height - 2)).toFixed(1)}`,
    )
    .join('');
}

export function Sparkline({ values, width = 72, height = 20, label }: Props) {
  const peak = values.length > 0 ? Math.max(...values) : 0;
  return (
    <svg
      className="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${label}, peak ${rate(peak)} requests per second`}
      preserveAspectRatio="none"
    >
      <path d={`M0 ${height - 0.5}H${width}`} stroke="var(--p-border)" />
      <path d={sparkPath(values, width, height)} fill="none" stroke="var(--p-series-1)" strokeWidth="1.25" />
    </svg>
  );
}
