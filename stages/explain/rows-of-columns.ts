import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'

/** Some rows of columns, in the given order. */
export function rowsOf(columns: TrainColumns, rows: Int32Array): TrainColumns {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, rowsOfColumn(column, rows)]))
}

/** The same of one column. */
export function rowsOfColumn(column: TrainColumn, rows: Int32Array): TrainColumn {
  return column.type === 'number'
    ? { type: 'number', values: Float64Array.from(rows, (row) => column.values[row] ?? Number.NaN) }
    : {
        type: 'text',
        values: Array.from(rows, (row) => column.values[row] ?? ''),
        missing: Uint8Array.from(rows, (row) => column.missing[row] ?? 0),
      }
}
