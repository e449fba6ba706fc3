import { AppError } from '#core/errors/app-error'
import type { Column } from '#core/ports/columns'
import { identifier } from '#core/sql/quote'
import { defineRun } from '../define'
import { requireColumns } from '../require-columns'
import { fillMissing, valueProblem } from './spec'

type Fill = string | number | boolean

export const run = defineRun(fillMissing, async ({ params: { columns, fill, value }, inputs: { table }, ctx }) => {
  const chosen = requireColumns(table, 'columns', columns, {
    what: 'at least one column',
    ...(fill === 'median' || fill === 'mean' ? { types: ['number', 'integer'] as const } : {}),
  })
  const values: Record<string, Fill> = {}
  for (const column of chosen) {
    values[column.name] = fill === 'value' ? typedValue(column, value) : await measured(column)
  }
  const filled = await ctx.tables.query(
    `SELECT * REPLACE (${chosen.map((column, index) => `coalesce(${presentSql(column)}, CAST($${index + 1} AS ${sqlTypes[column.type]})) AS ${identifier(column.name)}`).join(', ')}) FROM t`,
    { t: table.artifact },
    { params: chosen.map(({ name }) => String(values[name])) },
  )
  const [counts] = await ctx.tables.rows<{ n: number }>(
    `SELECT ${chosen.map((column) => `count(*) FILTER (${presentSql(column)} IS NULL)`).join(' + ')} AS n FROM t`,
    { t: table.artifact },
  )
  ctx.figure({ value: Number(counts?.n ?? 0), label: 'values filled' })
  for (const [name, put] of Object.entries(values)) ctx.log('info', `${name} is filled with ${String(put)}.`)
  return { table: { kind: 'table', ...filled, plan: { ...table.plan, prepare: [...table.plan.prepare, { kind: 'fill', values }] } } }

  async function measured({ name, type }: Column): Promise<Fill> {
    const column = presentSql({ name, type })
    const expression = fill === 'mean' ? `avg(${column})` : fill === 'median' ? `median(${column})` : `mode(${column})`
    const [row] = await ctx.tables.rows<{ v: unknown }>(
      fill === 'most frequent'
        ? `SELECT ${column} AS v FROM t WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`
        : `SELECT ${expression} AS v FROM t`,
      { t: table.artifact },
    )
    const found = row?.v
    if (found === null || found === undefined) {
      throw new AppError('bad_input', {
        detail: `Every row of column "${name}" is missing, so there is no ${fill} value. Fill it with a value that you choose, or leave the column out.`,
        hint: { param: 'fill', column: name, port: 'table' },
      })
    }
    if (type === 'integer') return Math.round(Number(found))
    return typeof found === 'number' || typeof found === 'boolean' ? found : String(found)
  }
})

/** The value, or null where there is none; an empty text is none, as it is to a model. */
const presentSql = ({ name, type }: Column) => (type === 'text' ? `nullif(${identifier(name)}, '')` : identifier(name))

const sqlTypes: Record<Column['type'], string> = {
  text: 'VARCHAR',
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
}

function typedValue({ name, type }: Column, value: string): Fill {
  const problem = valueProblem(type, value)
  if (problem) {
    throw new AppError('bad_params', {
      detail: `Column "${name}" holds ${problem}; "${value}" is none. Write a value that fits.`,
      hint: { param: 'value', column: name },
    })
  }
  if (type === 'number' || type === 'integer') return Number(value)
  if (type === 'boolean') return value.trim().toLowerCase() === 'true'
  return value
}
