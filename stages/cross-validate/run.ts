import { taskOf } from '#core/estimators/estimators'
import { reportFigures } from '#core/reports/figures'
import { crossValidate as validate } from '#ml/validate/cross-validate'
import { defineRun } from '../define'
import { requireRecipe } from '../require-recipe'
import { saySmallClasses } from '../say-small-classes'
import { answersFor } from '../training-columns'
import { readPlanVectors } from '../word-vectors'
import { crossValidate } from './spec'

type Measured = Awaited<ReturnType<typeof validate>>

export const run = defineRun(crossValidate, async ({ params, inputs: { model }, ctx }) => {
  const recipe = requireRecipe(model, 'on folds of its table')
  const { signature } = model
  const names = [...new Set(recipe.plan.features.flatMap((step) => step.columns))]
  const { [recipe.target]: answers, ...columns } = await ctx.tables.read(recipe.table, [...names, recipe.target])
  const shown = columns[signature.inputs.find(({ type, format }) => type === 'text' && !format)?.name ?? '']
  const target = answers ? answersFor(taskOf(recipe.estimator), answers) : []
  const notes = saySmallClasses(recipe, target, params.folds, ctx)
  const measured = await validate({
    columns,
    target,
    targetName: recipe.target,
    plan: recipe.plan,
    vectors: await readPlanVectors(recipe.plan, ctx),
    estimator: recipe.estimator,
    calibration: recipe.calibration,
    threshold: recipe.threshold,
    seed: recipe.seed,
    folds: params.folds,
    strategy: { kind: 'stratified', seed: ctx.seed },
    ...(shown?.type === 'text' && { texts: (row: number) => shown.values[row] ?? '' }),
    onProgress: ctx.progress,
    signal: ctx.signal,
    threads: ctx.threads,
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
