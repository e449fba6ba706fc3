import { AppError } from '#core/errors/app-error'
import type { Column } from '#core/ports/columns'
import { defineRun } from '../define'
import { predictTable } from '../predict-rows'
import { batchPredict } from './spec'

const mostColumns = 100

export const run = defineRun(batchPredict, async ({ params, inputs: { model, table }, ctx }) => {
  const { classes } = model
  if (params.probabilities && classes.length > mostColumns) {
    throw new AppError('bad_params', {
      detail: `The model has ${classes.length} classes; a column for each is offered up to ${mostColumns}. Switch it off: predicted and confidence are always there.`,
      hint: { param: 'probabilities', fix: { label: 'Switch off', kind: 'set-param', value: 'false' } },
    })
  }
  const answers = await predictTable(model, table, ctx)
  const added: { column: Column; values: ArrayLike<string | number> }[] = [
    { column: { name: 'predicted', type: 'text' }, values: answers.labels },
    { column: { name: 'confidence', type: 'number' }, values: answers.confidence },
  ]
  if (params.probabilities) {
    for (const [k, name] of classes.entries()) {
      const values = Float64Array.from(answers.labels, (_, row) => answers.probabilities[row * classes.length + k] ?? 0)
      added.push({ column: { name: `p_${name}`, type: 'number' }, values })
    }
  }
  ctx.figure({ value: table.rows, label: table.rows === 1 ? 'row answered' : 'rows answered' })
  return { table: { kind: 'table', ...(await ctx.tables.replace(table.artifact, added)), plan: table.plan } }
})
