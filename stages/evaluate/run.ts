import type { ModelValue, TableValue } from '#core/ports/kinds'
import { textsOf } from '#ml/features/raw-columns'
import { defineRun, type StageContext } from '../define'
import { predictTable } from '../predict-rows'
import { refuseClusters, requireAnomalyLabels } from './check-unlabelled'
import { evaluateClassifier } from './evaluate-classifier'
import { evaluateRegressor } from './evaluate-regressor'
import { readTruth } from './read-truth'
import { sayTrainedOn } from './say-trained-on'
import { evaluate } from './spec'

export const run = defineRun(evaluate, async ({ params, inputs: { model, table }, ctx }) => {
  refuseClusters(model)
  const truth = await readTruth(model, table, ctx)
  requireAnomalyLabels(model, truth)
  const answers = await predictTable(model, table, ctx)
  const shown = await readShown(params.show, model, table, ctx)
  const notes = await sayTrainedOn(model, table, ctx)
  return answers.task === 'regression'
    ? evaluateRegressor({ model, table, truth, answers, notes, time: params.time }, shown, ctx)
    : evaluateClassifier({ model, table, truth, answers, notes }, shown, ctx)
})

/** The text that helps to see why a row was misjudged. */
async function readShown(show: string, { signature }: ModelValue, table: TableValue, ctx: StageContext): Promise<readonly string[]> {
  const name = show || signature.inputs.find(({ type, format }) => type === 'text' && !format)?.name || signature.inputs[0]?.name
  if (!name || !table.columns.some((column) => column.name === name)) return []
  const { [name]: column } = await ctx.tables.read(table.artifact, [name])
  return column ? textsOf(column) : []
}
