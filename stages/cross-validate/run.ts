import { reportFigures } from '#core/reports/figures'
import { textsOf } from '#ml/features/raw-columns'
import { crossValidate as validate } from '#ml/validate/cross-validate'
import { defineRun } from '../define'
import { crossValidate } from './spec'

export const run = defineRun(crossValidate, async ({ params, inputs: { model }, ctx }) => {
  const { recipe, signature } = model
  const names = [...new Set(recipe.plan.features.flatMap((step) => step.columns))]
  const { [recipe.target]: answers, ...columns } = await ctx.tables.read(recipe.table, [...names, recipe.target])
  const shown = columns[signature.inputs.find(({ type }) => type === 'text')?.name ?? '']
  const report = await validate({
    columns,
    target: answers ? textsOf(answers) : [],
    targetName: recipe.target,
    plan: recipe.plan,
    estimator: recipe.estimator,
    calibrate: recipe.calibrate,
    seed: recipe.seed,
    folds: params.folds,
    strategy: { kind: 'stratified', seed: ctx.seed },
    ...(shown?.type === 'text' && { texts: (row: number) => shown.values[row] ?? '' }),
    onProgress: ctx.progress,
    signal: ctx.signal,
  })
  ctx.figure({ value: `${report.macroF1.mean.toFixed(3)} ± ${report.macroF1.std.toFixed(3)}`, label: 'macro F1' })
  return { report: await ctx.report('Cross-validation', report, reportFigures(report)) }
})
