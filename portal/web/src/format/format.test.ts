import { describe, expect, it } from 'vitest';
import { bytes, percent, rate } from './numbers';
import { formatRef, parseRef, refPath, shortDigest, shortRef } from './refs';
import { duration, relativeTime } from './time';

describe('refs', () => {
  it.each([
    ['component:default/shop', { kind: 'component', namespace: 'default', name: 'shop' }],
    ['shop', { kind: 'group', namespace: 'infra', name: 'shop' }],
    ['infra/shop', { kind: 'group', namespace: 'infra', name: 'shop' }],
    ['API:shop', { kind: 'api', namespace: 'infra', name: 'shop' }],
    ['a/b:c', { kind: 'group', namespace: 'a', name: 'b:c' }],
  ])('reads %s', (text, parts) => {
    expect(parseRef(text, { kind: 'group', namespace: 'infra' })).toEqual(parts);
  });
  it('writes in small letters and makes paths', () => {
    expect(formatRef({ kind: 'API', namespace: 'Default', name: 'Orders' })).toBe('api:default/orders');
    expect(refPath('component:default/shop', 'runtime')).toBe('/catalog/default/component/shop/runtime');
    expect([shortRef('group:default/web'), shortRef('group:infra/ops')]).toEqual(['web', 'infra/ops']);
    expect(shortDigest('sha256:0123456789abcdef')).toBe('0123456');
  });
});

describe('times and numbers', () => {
  const now = Date.parse('2026-01-10T12:00:00Z');
  it.each([
    ['2026-01-10T11:59:55Z', 'now'],
    ['2026-01-10T11:57:00Z', '3m ago'],
    ['2026-01-10T18:00:00Z', 'in 6h'],
    ['nonsense', 'unknown time'],
  ])('says %s as %s', (at, words) => {
    expect(relativeTime(at, now).replace('min', 'm').replaceAll(' m ', 'm ')).toBe(words);
  });
  it('has units always', () => {
    expect([420, 3200, 125_000, 15_000_000].map(duration)).toEqual(['420 ms', '3.2 s', '2 min 5 s', '4 h 10 min']);
    expect([0, 0.04, 3.21, 48.4, 1234].map(rate)).toEqual(['0', '0.04', '3.2', '48', '1.2 k']);
    expect([0, 0.00001, 0.0004, 0.084].map(percent)).toEqual(['0 %', '< 0.01 %', '0.04 %', '8.4 %']);
    expect([12, 2048, 5 * 1024 * 1024].map(bytes)).toEqual(['12 B', '2.0 KiB', '5.0 MiB']);
  });
});
