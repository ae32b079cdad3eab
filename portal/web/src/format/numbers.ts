const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function count(n: number): string {
  return whole.format(n);
}

/** `1 component`, `12 components`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Requests per second with as many digits as mean something: 0.04, 3.2, 48, 1.2 k. */
export function rate(perSecond: number): string {
  if (perSecond >= 10_000) return `${Math.round(perSecond / 1000)} k`;
  if (perSecond >= 1000) return `${(perSecond / 1000).toFixed(1)} k`;
  if (perSecond >= 10) return String(Math.round(perSecond));
  if (perSecond >= 0.1) return perSecond.toFixed(1);
  return perSecond > 0 ? perSecond.toFixed(2) : '0';
}

export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return '0 %';
  if (value < 0.01) return '< 0.01 %';
  return `${value < 1 ? value.toFixed(2) : value.toFixed(1)} %`;
}

export function millis(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(ms >= 10_000 ? 0 : 1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

export function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = n / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
