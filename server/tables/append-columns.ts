import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api'
import type { Column, ColumnType } from '#core/ports/columns'
import { identifier } from '#core/sql/quote'
import { storedTypes } from './column-types'

type Cell = string | number | boolean | null
export type ColumnValues = { column: Column; values: ArrayLike<Cell> }

/** Rows of one DuckDB chunk. */
const chunkRows = 2048

const chunkTypes: Record<ColumnType, DuckDBType> = {
  text: VARCHAR,
  number: DOUBLE,
  integer: BIGINT,
  boolean: BOOLEAN,
  timestamp: TIMESTAMP,
}

/** Makes the temporary table `name` from columns in memory, in row order, and says how many rows it has. */
export async function appendColumns(connection: DuckDBConnection, name: string, columns: readonly ColumnValues[]): Promise<number> {
  const rows = columns[0]?.values.length ?? 0
  const uneven = columns.find(({ values }) => values.length !== rows)
  if (uneven) throw new Error(`column ${uneven.column.name} has ${uneven.values.length} values, the first column has ${rows}`)
  const definition = columns.map(({ column }) => `${identifier(column.name)} ${storedTypes[column.type]}`)
  await connection.run(`CREATE TEMP TABLE ${identifier(name)} (${definition.join(', ')})`)
  const appender = await connection.createAppender(name, 'main', 'temp')
  const types = columns.map(({ column }) => chunkTypes[column.type])
  for (let start = 0; start < rows; start += chunkRows) {
    const end = Math.min(start + chunkRows, rows)
    const chunk = DuckDBDataChunk.create(types, end - start)
    for (const [index, { column, values }] of columns.entries()) chunk.setColumnValues(index, cells(column, values, start, end))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
  return rows
}

function cells({ name, type }: Column, values: ArrayLike<Cell>, start: number, end: number): DuckDBValue[] {
  const out = new Array<DuckDBValue>(end - start)
  for (let row = start; row < end; row += 1) out[row - start] = cell(name, type, values[row] ?? null)
  return out
}

/** A value in DuckDB's form. NaN and the infinities are missing; a value of the wrong kind is a bug of the caller. */
function cell(name: string, type: ColumnType, value: Cell): DuckDBValue {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return null
  switch (type) {
    case 'text':
      return typeof value === 'string' ? value : String(value)
    case 'number':
      if (typeof value === 'number') return value
      break
    case 'integer':
      if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
      break
    case 'boolean':
      if (typeof value === 'boolean') return value
      break
    case 'timestamp': {
      const ms = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN
      if (Number.isFinite(ms)) return new DuckDBTimestampValue(BigInt(Math.round(ms * 1000)))
      break
    }
  }
  throw new Error(`the ${type} column ${name} cannot hold ${JSON.stringify(value)}`)
}
