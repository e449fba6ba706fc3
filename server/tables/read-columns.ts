import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { AppError } from '#core/errors/app-error'
import type { Column } from '#core/ports/columns'
import { identifier, literal } from '#core/sql/quote'
import type { ColumnData } from '#stages/define'

/** Columns and row count of a Parquet file of ours, from its footer. */
export async function describeParquet(connection: DuckDBConnection, file: string): Promise<{ columns: Column[]; rows: number }> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${literal(file)})`)
  const columns = described.getRowObjectsJson().map((row) => ({ name: String(row.column_name), type: columnType(String(row.column_type)) }))
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM read_parquet(${literal(file)})`)
  return { columns, rows: Number(counted.getRowsJson()[0]?.[0] ?? 0) }
}

function columnType(stored: string): Column['type'] {
  if (stored === 'DOUBLE') return 'number'
  if (stored === 'BIGINT') return 'integer'
  if (stored === 'BOOLEAN') return 'boolean'
  return stored.startsWith('TIMESTAMP') ? 'timestamp' : 'text'
}

/**
 * Loads columns whole, in row order. Numbers and integers as they are, timestamps as milliseconds since 1970, booleans as
 * the texts `true` and `false`.
 */
export async function readColumns(
  connection: DuckDBConnection,
  file: string,
  names: readonly string[],
): Promise<Record<string, ColumnData>> {
  if (names.length === 0) return {}
  const table = await describeParquet(connection, file)
  const wanted = [...new Set(names)].map((name) => findColumn(table.columns, name))
  const data = wanted.map((column) => emptyData(column, table.rows))
  const result = await connection.stream(`SELECT ${wanted.map(loadedForm).join(', ')} FROM read_parquet(${literal(file)})`)
  let row = 0
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const [index, column] of data.entries()) fill(column, chunk.getColumnVector(index), row)
    row += chunk.rowCount
  }
  return Object.fromEntries(wanted.map((column, index) => [column.name, data[index] ?? emptyData(column, 0)]))
}

/** A column as it is loaded into memory, in SQL. */
export function loadedForm({ name, type }: Column): string {
  if (type === 'timestamp') return `epoch_ms(${identifier(name)})::DOUBLE`
  return `${identifier(name)}::${type === 'text' || type === 'boolean' ? 'VARCHAR' : 'DOUBLE'}`
}

/** The column of that name, or a sentence that lists what there is. */
export function findColumn(columns: readonly Column[], name: string): Column {
  const found = columns.find((column) => column.name === name)
  if (found) return found
  const there = columns.slice(0, 12).map((column) => column.name)
  const more = columns.length > there.length ? ` and ${columns.length - there.length} more` : ''
  throw new AppError('bad_input', {
    detail: `The table has no column "${name}". It has: ${there.join(', ')}${more}.`,
    hint: { column: name },
  })
}

/** Room for the values of a column; every value is missing. */
export function emptyData({ type }: Column, rows: number): ColumnData {
  return type === 'text' || type === 'boolean'
    ? { type: 'text', values: new Array<string>(rows).fill(''), missing: new Uint8Array(rows) }
    : { type: 'number', values: new Float64Array(rows).fill(Number.NaN) }
}

type Vector = { itemCount: number; getItem(index: number): DuckDBValue }

function fill(column: ColumnData, vector: Vector, offset: number): void {
  for (let index = 0; index < vector.itemCount; index += 1) {
    const value = vector.getItem(index)
    if (column.type === 'number') {
      if (typeof value === 'number') column.values[offset + index] = value
    } else if (typeof value === 'string') column.values[offset + index] = value
    else column.missing[offset + index] = 1
  }
}
