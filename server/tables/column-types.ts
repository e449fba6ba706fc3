import type { DuckDBPreparedStatement } from '@duckdb/node-api'
import { DuckDBTypeId } from '@duckdb/node-api'
import type { Column, ColumnType } from '#core/ports/columns'
import { identifier } from '#core/sql/quote'

/** The DuckDB type that stores a column type in Parquet. */
export const storedTypes = {
  text: 'VARCHAR',
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
} as const satisfies Record<ColumnType, string>

const byTypeId: Partial<Record<DuckDBTypeId, ColumnType>> = {
  [DuckDBTypeId.BOOLEAN]: 'boolean',
  [DuckDBTypeId.TINYINT]: 'integer',
  [DuckDBTypeId.SMALLINT]: 'integer',
  [DuckDBTypeId.INTEGER]: 'integer',
  [DuckDBTypeId.BIGINT]: 'integer',
  [DuckDBTypeId.UTINYINT]: 'integer',
  [DuckDBTypeId.USMALLINT]: 'integer',
  [DuckDBTypeId.UINTEGER]: 'integer',
  [DuckDBTypeId.UBIGINT]: 'integer',
  [DuckDBTypeId.HUGEINT]: 'integer',
  [DuckDBTypeId.UHUGEINT]: 'integer',
  [DuckDBTypeId.FLOAT]: 'number',
  [DuckDBTypeId.DOUBLE]: 'number',
  [DuckDBTypeId.DECIMAL]: 'number',
  [DuckDBTypeId.DATE]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_S]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_MS]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_NS]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'timestamp',
}

const nested = new Set<DuckDBTypeId>([DuckDBTypeId.LIST, DuckDBTypeId.STRUCT, DuckDBTypeId.MAP, DuckDBTypeId.ARRAY, DuckDBTypeId.UNION])

export type Shape = {
  columns: Column[] /** The select list that turns the raw columns of `raw` into stored ones. */
  select: string /** Alias list with unique names. */
  aliases: string
}

/** What the statement's columns become in a table: unique names and stored types. Numbers that are not finite become missing. */
export function shapeOf(statement: DuckDBPreparedStatement): Shape {
  const taken = new Set<string>()
  const columns: Column[] = []
  const select: string[] = []
  for (let index = 0; index < statement.columnCount; index += 1) {
    const name = uniqueName(statement.columnName(index), taken)
    const typeId = statement.columnTypeId(index)
    const type = byTypeId[typeId] ?? 'text'
    const column = identifier(name)
    columns.push({ name, type })
    select.push(`${storedForm(column, type, typeId)} AS ${column}`)
  }
  return { columns, select: select.join(', '), aliases: columns.map((column) => identifier(column.name)).join(', ') }
}

function storedForm(column: string, type: ColumnType, typeId: DuckDBTypeId): string {
  if (type === 'number') return `CASE WHEN isfinite(${column}::DOUBLE) THEN ${column}::DOUBLE END`
  if (type === 'timestamp') return `CASE WHEN isfinite(${column}::TIMESTAMP) THEN ${column}::TIMESTAMP END`
  if (nested.has(typeId)) return `to_json(${column})::VARCHAR`
  return `${column}::${storedTypes[type]}`
}

/** `name`, or `name_2`, `name_3` … when it is taken; SQL compares names without case. */
export function uniqueName(name: string, taken: Set<string>): string {
  let unique = name
  for (let count = 2; taken.has(unique.toLowerCase()); count += 1) unique = `${name}_${count}`
  taken.add(unique.toLowerCase())
  return unique
}
