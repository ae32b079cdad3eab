import { useVirtualizer } from '@tanstack/react-virtual';
import { IconArrowDown, IconArrowUp, IconSelector } from '@tabler/icons-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useKeys } from './useKeys';
import { useColumns, type Column, type Sort } from './useColumns';
import './table.css';

export type { Column, Sort } from './useColumns';

interface Props<T> {
  /** What the table lists; its accessible name. */
  label: string;
  columns: Column<T>[];
  hidden?: ReadonlySet<string>;
  rows: T[];
  rowId: (row: T) => string;
  sort: Sort | null;
  onSort: (sort: Sort) => void;
  /** The server has sorted already. */
  sorted?: boolean;
  keys?: Record<string, (row: T) => void>;
  selected?: string | null;
  /** Called when the last rows come into view. */
  onEnd?: (() => void) | undefined;
  empty?: ReactNode;
  /** The rows are those of an earlier question, kept until the new ones arrive. */
  stale?: boolean;
  /** Fills the height that is left and scrolls by itself, for long lists. */
  fill?: boolean;
  rowHeight?: number;
}

/** A table with virtual rows: sorting by its headers, j and k to walk, Enter to follow the row's first link. */
export function DataTable<T>(props: Props<T>) {
  const { label, rows, empty, stale = false, fill = false, rowHeight = 40, selected = null } = props;
  const box = useRef<HTMLDivElement>(null);
  const table = useColumns(props);
  const shown = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    initialRect: { width: 1000, height: 800 },
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const { onEnd } = props;
  useEffect(() => {
    if (onEnd && shown.length > 0 && last >= shown.length - 20) onEnd();
  }, [last, shown.length, onEnd]);

  const focusRow = (index: number) => {
    const target = Math.max(0, Math.min(shown.length - 1, index));
    virtual.scrollToIndex(target, { align: 'auto' });
    requestAnimationFrame(() => {
      const row = box.current?.querySelector(`[data-index="${target}"]`);
      (row?.querySelector<HTMLElement>('a') ?? row?.querySelector<HTMLElement>('button'))?.focus();
    });
  };
  const current = () => {
    const row = box.current?.querySelector('tr:focus-within');
    return row instanceof HTMLElement ? Number(row.dataset['index']) : -1;
  };
  useKeys({
    j: () => {
      focusRow(current() + 1);
    },
    k: () => {
      focusRow(current() - 1);
    },
    ...Object.fromEntries(
      Object.entries(props.keys ?? {}).map(([key, act]) => [
        key,
        () => {
          const row = shown[current()];
          if (row) act(row.original);
        },
      ]),
    ),
  });

  const columns = table.getVisibleLeafColumns();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div
      ref={box}
      className={`table-box${fill ? ' table-fill' : ''}${stale ? ' table-stale' : ''}`}
      role="region"
      aria-label={`${label}, scrollable`}
      aria-busy={stale}
      tabIndex={0}
    >
      <table className="table" aria-rowcount={rows.length}>
        <caption className="sr-only">{label}</caption>
        <colgroup>
          {columns.map((column) => (
            <col key={column.id} style={{ width: props.columns.find((c) => c.id === column.id)?.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => {
              const spec = props.columns.find((c) => c.id === column.id);
              return spec ? <Head key={column.id} spec={spec} sort={props.sort} onSort={props.onSort} /> : null;
            })}
          </tr>
        </thead>
        <tbody>
          {before > 0 && (
            <tr aria-hidden style={{ height: before }}>
              <td colSpan={columns.length} />
            </tr>
          )}
          {items.map(({ index }) => {
            const row = shown[index];
            return row ? (
              <tr
                key={row.id}
                data-index={index}
                aria-rowindex={index + 2}
                className={row.id === selected ? 'selected' : undefined}
                style={{ height: rowHeight }}
              >
                {columns.map((column) => {
                  const spec = props.columns.find((c) => c.id === column.id);
                  return (
                    <td key={column.id} className={spec?.align === 'right' ? 'num' : undefined}>
                      <div className="cell">{spec?.cell(row.original)}</div>
                    </td>
                  );
                })}
              </tr>
            ) : null;
          })}
          {after > 0 && (
            <tr aria-hidden style={{ height: after }}>
              <td colSpan={columns.length} />
            </tr>
          )}
        </tbody>
      </table>
      {rows.length === 0 && empty}
    </div>
  );
}

function Head<T>({ spec, sort, onSort }: { spec: Column<T>; sort: Sort | null; onSort: (sort: Sort) => void }) {
  const active = sort?.id === spec.id;
  const className = spec.align === 'right' ? 'num' : undefined;
  if (!spec.sortable) {
    return (
      <th scope="col" className={className}>
        {spec.hideHeader ? <span className="sr-only">{spec.header}</span> : spec.header}
      </th>
    );
  }
  const Arrow = active ? (sort.descending ? IconArrowDown : IconArrowUp) : IconSelector;
  return (
    <th scope="col" className={className} aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        className={active ? 'sort active' : 'sort'}
        onClick={() => {
          onSort({ id: spec.id, descending: active && !sort.descending });
        }}
      >
        {spec.header}
        <Arrow size={13} aria-hidden />
      </button>
    </th>
  );
}
