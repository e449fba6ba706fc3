import { AppError } from '#core/errors/app-error'
import { emptyPlan } from '#core/ports/plan'
import { defineRun } from '../define'
import { file } from './spec'

export const run = defineRun(file, async ({ params: { data }, ctx }) => {
  if (data === null) {
    throw new AppError('bad_params', {
      detail: 'No data set is chosen. Pick one, or drop a file onto the canvas.',
      hint: { param: 'data' },
    })
  }
  const { dataSet, version } = data
  const { name, version: found, ...table } = await ctx.call.dataSetVersion({ dataSet, ...(version !== undefined && { version }) })
  ctx.log('info', `${name}, version ${found}: ${table.rows} rows, ${table.columns.length} columns.`)
  ctx.figure({ value: table.rows, label: 'rows' })
  const { artifact, rows, bytes, columns, stats } = table
  return { table: { kind: 'table', artifact, rows, bytes, columns, stats, plan: emptyPlan } }
})
