import {
  columnVisibilityFeature,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
} from '@tanstack/react-table';
import { useMemo, type ReactNode } from 'react';

export interface Sort {
  id: string;
  descending: boolean;
}

export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** What is sorted by and exported. */
  value?: (row: T) => string | number | null;
  sortable?: boolean;
  align?: 'right';
  width?: string;
  hideHeader?: boolean;
  /** Stays even when a person chooses columns. */
  fixed?: boolean;
}

export const features = tableFeatures({
  columnVisibilityFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
});

/** Text by the rules of the language and with numbers in their order; what has no value goes last. */
export function compareValues(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

interface Options<T> {
  columns: Column<T>[];
  hidden?: ReadonlySet<string>;
  rows: T[];
  rowId: (row: T) => string;
  sort: Sort | null;
  sorted?: boolean;
}

/** The table's model: which columns are shown and, unless the server has sorted, the order of the rows. */
export function useColumns<T>({ columns, hidden, rows, rowId, sort, sorted = false }: Options<T>) {
  const defs = useMemo(
    () =>
      columns.map((column): ColumnDef<typeof features, T & object> => ({
        id: column.id,
        accessorFn: (row) => column.value?.(row) ?? null,
        enableSorting: column.sortable ?? false,
        sortFn: (a, b, id) => compareValues(a.getValue(id), b.getValue(id)),
      })),
    [columns],
  );
  return useTable({
    features,
    columns: defs,
    data: rows as (T & object)[],
    getRowId: rowId,
    manualSorting: sorted,
    state: {
      sorting: sort ? [{ id: sort.id, desc: sort.descending }] : [],
      columnVisibility: Object.fromEntries(columns.map((c) => [c.id, !(hidden?.has(c.id) ?? false)])),
    },
  });
}
