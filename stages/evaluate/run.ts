import type { ModelValue, TableValue } from '#core/ports/kinds'
import { textsOf } from '#ml/features/raw-columns'
import { defineRun, type StageContext } from '../define'
import { predictTable } from '../predict-rows'
import { evaluateClassifier } from './evaluate-classifier'
import { evaluateRegressor } from './evaluate-regressor'
import { readTruth } from './read-truth'
import { evaluate } from './spec'

export const run = defineRun(evaluate, async ({ params, inputs: { model, table }, ctx }) => {
  const truth = await readTruth(model, table, ctx)
  const answers = await predictTable(model, table, ctx)
  const shown = await readShown(params.show, model, table, ctx)
  return answers.task === 'regression'
    ? evaluateRegressor({ model, table, truth, answers }, shown, ctx)
    : evaluateClassifier({ model, table, truth, answers }, shown, ctx)
})

/** The text that helps to see why a row was misjudged. */
async function readShown(show: string, { signature }: ModelValue, table: TableValue, ctx: StageContext): Promise<readonly string[]> {
  const name = show || signature.inputs.find(({ type, format }) => type === 'text' && !format)?.name || signature.inputs[0]?.name
  if (!name || !table.columns.some((column) => column.name === name)) return []
  const { [name]: column } = await ctx.tables.read(table.artifact, [name])
  return column ? textsOf(column) : []
}
