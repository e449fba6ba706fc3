import { taskOf } from '#core/estimators/estimators'
import { reportFigures } from '#core/reports/figures'
import { crossValidate as validate } from '#ml/validate/cross-validate'
import { defineRun } from '../define'
import { answersFor } from '../training-columns'
import { crossValidate } from './spec'

type Measured = Awaited<ReturnType<typeof validate>>

export const run = defineRun(crossValidate, async ({ params, inputs: { model }, ctx }) => {
  const { recipe, signature } = model
  const names = [...new Set(recipe.plan.features.flatMap((step) => step.columns))]
  const { [recipe.target]: answers, ...columns } = await ctx.tables.read(recipe.table, [...names, recipe.target])
  const shown = columns[signature.inputs.find(({ type, format }) => type === 'text' && !format)?.name ?? '']
  const measured = await validate({
    columns,
    target: answers ? answersFor(taskOf(recipe.estimator), answers) : [],
    targetName: recipe.target,
    plan: recipe.plan,
    estimator: recipe.estimator,
    calibration: recipe.calibration,
    threshold: recipe.threshold,
    seed: recipe.seed,
    folds: params.folds,
    strategy: { kind: 'stratified', seed: ctx.seed },
    ...(shown?.type === 'text' && { texts: (row: number) => shown.values[row] ?? '' }),
    onProgress: ctx.progress,
    signal: ctx.signal,
  })
  const report = withTable(measured, recipe.table)
  const [spread, label] = report.report === 'cross-validation' ? [report.macroF1, 'macro F1'] : [report.r2, 'R2']
  if (spread) ctx.figure({ value: `${spread.mean.toFixed(3)} ± ${spread.std.toFixed(3)}`, label })
  return { report: await ctx.report('Cross-validation', report, reportFigures(report)) }
})

/** Says of which table the worst rows are rows. */
function withTable(report: Measured, table: string): Measured {
  if (report.report === 'cross-validation') return { ...report, pooled: { ...report.pooled, table } }
  return { ...report, pooled: { ...report.pooled, table } }
}
