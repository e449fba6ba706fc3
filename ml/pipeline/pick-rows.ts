import type { TrainColumn, TrainColumns } from './data'

/** Some rows of columns, in the given order, on arrays of their own. */
export function pickRows(columns: TrainColumns, rows: ArrayLike<number>): TrainColumns {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, pickColumn(column, rows)]))
}

/** The same of one column. */
export function pickColumn(column: TrainColumn, rows: ArrayLike<number>): TrainColumn {
  return column.type === 'number'
    ? { type: 'number', values: Float64Array.from(rows, (row) => column.values[row] ?? Number.NaN) }
    : {
        type: 'text',
        values: Array.from(rows, (row) => column.values[row] ?? ''),
        missing: Uint8Array.from(rows, (row) => column.missing[row] ?? 0),
      }
}
