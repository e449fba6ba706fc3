import type { TableValue } from '#core/ports/kinds'
import { identifier } from '#core/sql/quote'
import type { StageContext } from './define'

/**
 * How many of the rows have an equal row in the other table, by the columns of these names, which both have; missing values
 * are equal to each other. Compares 64-bit hashes of rows: large tables need 8 bytes a row.
 */
export async function countSharedRows(table: TableValue, other: string, names: readonly string[], ctx: StageContext): Promise<number> {
  if (names.length === 0) return 0
  const isNumber = (name: string) => table.columns.some((column) => column.name === name && ['number', 'integer'].includes(column.type))
  // the same value must have the same hash in both tables, whatever type it has there
  const values = names.map((name) => `TRY_CAST(${identifier(name)} AS ${isNumber(name) ? 'DOUBLE' : 'VARCHAR'})`).join(', ')
  const [found] = await ctx.tables.rows<{ shared: number | bigint }>(
    `SELECT count(*) AS shared FROM (SELECT hash(${values}) AS h FROM a) AS mine WHERE mine.h IN (SELECT hash(${values}) FROM b)`,
    { a: table.artifact, b: other },
  )
  return Number(found?.shared ?? 0)
}
