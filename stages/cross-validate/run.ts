import { reportFigures } from '#core/reports/figures'
import { crossValidate as validate } from '#ml/validate/cross-validate'
import { defineRun } from '../define'
import { readRecipe, shownTexts } from '../read-recipe'
import { requireRecipe } from '../require-recipe'
import { saySmallClasses } from '../say-small-classes'
import { crossValidate } from './spec'

type Measured = Awaited<ReturnType<typeof validate>>

export const run = defineRun(crossValidate, async ({ params, inputs: { model }, ctx }) => {
  const recipe = requireRecipe(model, 'on folds of its table')
  const args = await readRecipe(recipe, ctx)
  const notes = saySmallClasses(recipe, args.target, params.folds, ctx)
  const measured = await validate({
    ...args,
    ...shownTexts(model, args.columns),
    threshold: recipe.threshold,
    folds: params.folds,
    strategy: { kind: 'stratified', seed: ctx.seed },
  })
  const report = withTable(measured, recipe.table, notes)
  const [spread, label] = report.report === 'cross-validation' ? [report.macroF1, 'macro F1'] : [report.r2, 'R2']
  if (spread) ctx.figure({ value: `${spread.mean.toFixed(3)} ± ${spread.std.toFixed(3)}`, label })
  return { report: await ctx.report('Cross-validation', report, reportFigures(report)) }
})

/** Says of which table the worst rows are rows, and what people should know of the classes. */
function withTable(report: Measured, table: string, notes: string[]): Measured {
  if (report.report === 'cross-validation') return { ...report, pooled: { ...report.pooled, table, ...(notes.length > 0 && { notes }) } }
  return { ...report, pooled: { ...report.pooled, table } }
}
