import { identifier } from '#core/sql/quote'
import { defineRun } from '../define'
import { requireColumns } from '../require-columns'
import { dedupe } from './spec'

export const run = defineRun(dedupe, async ({ params: { columns, keep, normalise }, inputs: { table }, ctx }) => {
  const compared = columns.length === 0 ? table.columns : requireColumns(table, 'columns', columns, { what: 'columns' })
  const keys = compared.map(({ name, type }) =>
    type === 'text' && normalise ? `lower(trim(regexp_replace(${identifier(name)}, '\\s+', ' ', 'g')))` : identifier(name),
  )
  const order = keep === 'first' ? 'ASC' : 'DESC'
  const kept = await ctx.tables.query(
    `SELECT * EXCLUDE (stageline_row) FROM (SELECT *, row_number() OVER () AS stageline_row FROM t)
     QUALIFY row_number() OVER (PARTITION BY ${keys.join(', ')} ORDER BY stageline_row ${order}) = 1
     ORDER BY stageline_row`,
    { t: table.artifact },
  )
  const gone = table.rows - kept.rows
  ctx.log('info', `${gone} of ${table.rows} rows were equal to another one.`)
  ctx.figure({ value: gone, label: gone === 1 ? 'duplicate removed' : 'duplicates removed' })
  return { table: { kind: 'table', ...kept, plan: table.plan } }
})
