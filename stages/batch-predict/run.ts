import { AppError } from '#core/errors/app-error'
import { answersNumber } from '#core/model/signature'
import type { Column } from '#core/ports/columns'
import { defineRun } from '../define'
import { type Answers, predictTable } from '../predict-rows'
import { batchPredict } from './spec'

const mostColumns = 100

export const run = defineRun(batchPredict, async ({ params, inputs: { model, table }, ctx }) => {
  const { classes } = model
  if (params.probabilities && answersNumber(model.signature)) {
    throw new AppError('bad_params', {
      detail: `The model answers a number, "${model.signature.target}", and no classes: it has no probabilities. Switch the columns off; the prediction interval is always there.`,
      hint: { param: 'probabilities', fix: { label: 'Switch off', kind: 'set-param', value: 'false' } },
    })
  }
  if (params.probabilities && classes.length > mostColumns) {
    throw new AppError('bad_params', {
      detail: `The model has ${classes.length} classes; a column for each is offered up to ${mostColumns}. Switch it off: predicted and confidence are always there.`,
      hint: { param: 'probabilities', fix: { label: 'Switch off', kind: 'set-param', value: 'false' } },
    })
  }
  const answers = await predictTable(model, table, ctx)
  const added = answers.task === 'regression' ? numberColumns(answers) : classColumns(answers, params.probabilities ? classes : [])
  ctx.figure({ value: table.rows, label: table.rows === 1 ? 'row answered' : 'rows answered' })
  return { table: { kind: 'table', ...(await ctx.tables.replace(table.artifact, added)), plan: table.plan } }
})

type NewColumn = { column: Column; values: ArrayLike<string | number> }

function classColumns(answers: Extract<Answers, { task: 'classification' }>, classes: readonly string[]): NewColumn[] {
  return [
    { column: { name: 'predicted', type: 'text' }, values: answers.labels },
    { column: { name: 'confidence', type: 'number' }, values: answers.confidence },
    ...classes.map((name, k): NewColumn => {
      const values = Float64Array.from(answers.labels, (_, row) => answers.probabilities[row * classes.length + k] ?? 0)
      return { column: { name: `p_${name}`, type: 'number' }, values }
    }),
  ]
}

function numberColumns({ values, residuals: { low, high } }: Extract<Answers, { task: 'regression' }>): NewColumn[] {
  return [
    { column: { name: 'predicted', type: 'number' }, values },
    { column: { name: 'predicted_low', type: 'number' }, values: Float64Array.from(values, (value) => value + low) },
    { column: { name: 'predicted_high', type: 'number' }, values: Float64Array.from(values, (value) => value + high) },
  ]
}
