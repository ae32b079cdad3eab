import { describe, expect, it } from 'vitest';
import type { AppComponent, AppLimits, Latency } from '../api/app';
import type { Workload } from '../api/types';
import { matches } from '../mesh/WorkloadTable';
import { readable } from './Answer';
import { ownFrame } from './frames';
import { alwaysThere, fullName, functionCount, grantRows } from './grants';
import { bound, placeOf, shortTime, ticks, toBars } from './histogram';
import { limitGroups } from './LimitsPanel';
import { curlOf, fillRoute, parseHeaders, routeParts } from './route';

describe('routes', () => {
  it('name what has to be filled in', () => {
    expect(routeParts('/a/:id/:page/...')).toEqual({ parameters: ['id', 'page'], rest: true });
    expect(routeParts('/a/*').rest).toBe(true);
    expect(routeParts('/')).toEqual({ parameters: [], rest: false });
  });
  it('become paths, escaped once', () => {
    expect(fillRoute('/orders/:id/receipt', { id: 'a/b c' }, '', '')).toBe('/orders/a%2Fb%20c/receipt');
    expect(fillRoute('/orders/:id', {}, '', '')).toBe('/orders/id');
    expect(fillRoute('/...', {}, '/x/y z?#', '?q=é&r=%20')).toBe('/x/y%20z%3F%23?q=%C3%A9&r=%20');
    expect(fillRoute('/...', {}, '', '')).toBe('/');
    expect(fillRoute('/api/...', {}, 'v1', '')).toBe('/api/v1');
    expect(fillRoute('/', {}, '', 'a=b#c')).toBe('/?a=b%23c');
  });
  it('take headers one to a line and say which is none', () => {
    expect(parseHeaders('Accept: a/b\n\nX-Y:  1:2 ')).toEqual({
      headers: [
        { name: 'Accept', value: 'a/b' },
        { name: 'X-Y', value: '1:2' },
      ],
      fault: null,
    });
    expect(parseHeaders('Accept: a\nno header').fault).toContain('Line 2: “no header”');
  });
  it('are the same on a command line', () => {
    const request = { method: 'POST', path: '/x?y=1', headers: [{ name: 'A', value: "it's" }], body: '{"a":1}' };
    expect(curlOf('http://shop.localhost:8080/', request)).toBe(
      `curl -i -X POST -H 'A: it'\\''s' --data-binary '{"a":1}' 'http://shop.localhost:8080/x?y=1'`,
    );
    expect(curlOf('http://h/', { method: 'HEAD', path: '/', headers: [], body: '' })).toBe(
      `curl -i --head 'http://h/'`,
    );
  });
});

describe('the latency histogram', () => {
  const latency = (buckets: Latency['buckets']): Latency => ({
    total: buckets.reduce((sum, b) => sum + b[2], 0),
    p50Ms: 0,
    p90Ms: 0,
    p99Ms: 0,
    buckets,
  });
  it('loses no request and has an axis without gaps', () => {
    const bars = toBars(
      latency([
        [0, 0.001, 3],
        [0.9, 1.1, 5],
        [900, 1000, 7],
      ]),
    );
    expect(bars.reduce((sum, b) => sum + b.count, 0)).toBe(15);
    for (const [i, bar] of bars.entries()) if (i > 0) expect(bar.fromMs).toBe(bars[i - 1]?.toMs);
    expect(bars.find((b) => b.fromMs === 1)?.count).toBe(5);
  });
  it('shows at least a factor of ten around a single bucket', () => {
    const bars = toBars(latency([[2, 2.1, 1]]));
    expect((bars.at(-1)?.toMs ?? 0) / (bars[0]?.fromMs ?? 1)).toBeGreaterThanOrEqual(10);
    expect(placeOf(0, bars)).toBe(0);
    expect(placeOf(1e9, bars)).toBe(1);
    expect(ticks(bars).length).toBeGreaterThan(1);
    expect(toBars(latency([]))).toEqual([]);
  });
  it('has round bounds and short times', () => {
    expect([bound(0), bound(10), bound(31)]).toEqual([0.001, 0.01, 1.25]);
    expect([0.0125, 0.37, 1.234, 47.45, 2100].map(shortTime)).toEqual([
      '12.5 µs',
      '370 µs',
      '1.23 ms',
      '47.5 ms',
      '2.1 s',
    ]);
  });
});

describe('grants', () => {
  const component = {
    imports: [
      {
        package: 'wasi:io@0.2.3',
        interfaces: [{ name: 'poll', functions: ['f'], access: 'always', key: '', values: [] }],
      },
      {
        package: 'fermyon:spin@2.0.0',
        interfaces: [
          { name: 'key-value', functions: ['a', 'b'], access: 'granted', key: 'key_value_stores', values: ['default'] },
          { name: 'sqlite', functions: [], access: 'not-granted', key: 'sqlite_databases', values: [] },
        ],
      },
      {
        package: 'wasi:keyvalue@0.2.0-draft2',
        interfaces: [
          { name: 'store', functions: ['c'], access: 'granted', key: 'key_value_stores', values: ['default'] },
        ],
      },
    ],
  } as unknown as AppComponent;
  it('stand together by the key that gives them, the refused ones first', () => {
    expect(grantRows(component)).toEqual([
      { access: 'not-granted', key: 'sqlite_databases', values: [], names: ['fermyon:spin/sqlite@2.0.0'] },
      {
        access: 'granted',
        key: 'key_value_stores',
        values: ['default'],
        names: ['fermyon:spin/key-value@2.0.0', 'wasi:keyvalue/store@0.2.0-draft2'],
      },
    ]);
    expect(alwaysThere(component)).toEqual(['wasi:io@0.2.3']);
    expect(functionCount(component)).toBe(4);
    expect(fullName('wasi_snapshot_preview1', '')).toBe('wasi_snapshot_preview1');
  });
});

describe('answers and rows', () => {
  it('indent JSON and leave the rest as it came', () => {
    expect(readable('{"a":1}', 'application/problem+json; charset=utf-8')).toBe('{\n  "a": 1\n}');
    expect(readable('{"a":', 'application/json')).toBe('{"a":');
    expect(readable('<b>', 'text/html')).toBe('<b>');
  });
  it('are found by every word', () => {
    const row = {
      workload: 'default/shop',
      state: 'serving',
      engine: { name: 'wasmtime', version: '1', why: '' },
      figures: {
        languages: ['Rust'],
        triggers: [
          { kind: 'http', source: '/cart' },
          { kind: 'redis', source: 'orders' },
        ],
      },
    } as unknown as Workload;
    expect(matches(row, 'rust shop /cart')).toBe(true);
    expect(matches(row, 'redis orders')).toBe(true);
    expect(matches(row, 'rust failed')).toBe(false);
  });
});

describe('limits', () => {
  it('have the names that refusals have, in problem bodies, the log and the metric', () => {
    const limits = Object.fromEntries(
      'memoryBytes tableElements wallMillis cpuMillis bodyBytes outputBytes concurrency handles headerBytes sockets outboundRequests connections guestMemoryBytes hostMemoryBytes logBytes logBytesPerSecond'
        .split(' ')
        .map((key) => [key, 2048]),
    ) as unknown as AppLimits;
    expect(
      limitGroups(limits).flatMap(({ of, limits: each }) => each.map(({ id, is }) => `${of} ${id} ${is}`)),
    ).toEqual([
      'One instance memory 2.0 KiB',
      'One instance table 2,048 elements',
      'One instance handles 2,048 open',
      'One instance sockets 2,048 open',
      'One instance outbound-requests 2,048 open',
      'One request wall-time 2.0 s',
      'One request cpu-time 2.0 s',
      'One request request-body 2.0 KiB',
      'One request header-bytes 2.0 KiB a message',
      'One request output 2.0 KiB in memory',
      'The app concurrency 2,048 run or wait',
      'The app connections 2,048 a component',
      'The app guest-memory 2.0 KiB',
      'The app host-memory 2.0 KiB',
      'The app log 2.0 KiB/s, 2.0 KiB a request',
    ]);
  });
});

describe('the way to a trap', () => {
  it('begins at the innermost function of the app itself', () => {
    const frames = [
      { function: 'abort', file: null, line: 0 },
      { function: 'core::panicking::panic_fmt', file: 'library/core/src/panicking.rs', line: 80 },
      { function: 'serde::de', file: '/root/.cargo/registry/src/x/serde-1.0/src/de.rs', line: 8 },
      { function: 'shop::cart::add', file: 'src/cart.rs', line: 41 },
      { function: 'shop::handle', file: 'src/lib.rs', line: 18 },
    ];
    expect(ownFrame(frames)?.function).toBe('shop::cart::add');
    expect(ownFrame(frames.slice(0, 3))).toBeNull();
    const bindings = { function: 'wasip2::http::types::Fields::append', file: 'src/proxy.rs', line: 1382 };
    const libc = { function: 'abort', file: 'wasisdk://v30.0/src/wasi-libc/libc-bottom-half/sources/abort.c', line: 5 };
    expect(ownFrame([libc, bindings, ...frames])?.function).toBe('shop::cart::add');
  });
});
