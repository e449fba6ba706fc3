import type { DuckDBConnection } from '@duckdb/node-api'
import type { Column } from '#core/ports/columns'
import { literal } from '#core/sql/quote'
import type { ColumnData, TableChunk } from '#stages/define'
import { emptyData, loadedForm } from './read-columns'

/** A chunk ends when it has so many rows, or so many characters of text: one novel among short rows must not cost memory for a thousand. */
export const chunkLimits = { rows: 4_096, chars: 4_000_000 }

/**
 * Rows `from` (included) to `to` (excluded) of a Parquet file of ours in chunks, in order, of the columns given. Where a chunk
 * ends hangs on the rows alone, counted from `from`. The values of a chunk are its receiver's.
 */
export async function* streamChunks(
  connection: DuckDBConnection,
  file: string,
  { columns, from, to, limits = chunkLimits }: { columns: readonly Column[]; from: number; to: number; limits?: typeof chunkLimits },
): AsyncGenerator<TableChunk> {
  if (columns.length === 0) {
    for (let at = from; at < to; at += limits.rows) yield { columns: {}, from: at, rows: Math.min(limits.rows, to - at) }
    return
  }
  const result = await connection.stream(
    `SELECT ${columns.map(loadedForm).join(', ')} FROM read_parquet(${literal(file)}, file_row_number = true) WHERE file_row_number >= ${from} AND file_row_number < ${to}`,
  )
  let next = openChunk(columns, limits.rows)
  let begun = from
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const vectors = columns.map((_, index) => chunk.getColumnVector(index))
    for (let row = 0; row < chunk.rowCount; row += 1) {
      for (let index = 0; index < vectors.length; index += 1) next.put(index, vectors[index]?.getItem(row))
      next.rows += 1
      if (next.rows < limits.rows && next.chars < limits.chars) continue
      yield next.close(begun)
      begun += next.rows
      next = openChunk(columns, limits.rows)
    }
  }
  if (next.rows > 0) yield next.close(begun)
}

function openChunk(columns: readonly Column[], most: number) {
  const data = columns.map((column) => emptyData(column, most))
  const chunk = {
    rows: 0,
    chars: 0,
    put(index: number, value: unknown): void {
      const column = data[index]
      if (!column) return
      if (column.type === 'number') {
        if (typeof value === 'number') column.values[chunk.rows] = value
      } else if (typeof value === 'string') {
        column.values[chunk.rows] = value
        chunk.chars += value.length
      } else column.missing[chunk.rows] = 1
    },
    close: (from: number): TableChunk => ({
      columns: Object.fromEntries(columns.map(({ name }, index) => [name, firstRows(data[index], chunk.rows)])),
      from,
      rows: chunk.rows,
    }),
  }
  return chunk
}

function firstRows(column: ColumnData | undefined, rows: number): ColumnData {
  if (!column) throw new Error('a column of a chunk is missing')
  return column.type === 'text'
    ? { type: 'text', values: column.values.slice(0, rows), missing: column.missing.slice(0, rows) }
    : { type: 'number', values: column.values.slice(0, rows) }
}
