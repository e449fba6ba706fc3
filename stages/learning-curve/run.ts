import { taskOf } from '#core/estimators/estimators'
import { reportFigures } from '#core/reports/figures'
import { formatDuration, formatFigure, formatShare, plural } from '#core/words/format'
import { curveSizes, learningCurve as measure } from '#ml/validate/learning-curve'
import { defineRun } from '../define'
import { requireRecipe } from '../require-recipe'
import { saySmallClasses } from '../say-small-classes'
import { answersFor } from '../training-columns'
import { readPlanVectors } from '../word-vectors'
import { learningCurve } from './spec'

export const run = defineRun(learningCurve, async ({ params, inputs: { model }, ctx }) => {
  const recipe = requireRecipe(model, 'on fewer rows')
  const names = [...new Set(recipe.plan.features.flatMap((step) => step.columns))]
  const { [recipe.target]: answers, ...columns } = await ctx.tables.read(recipe.table, [...names, recipe.target])
  const { shares, folds, metric } = params
  const spent = shares.map(() => 0)
  let since = ctx.now()
  const target = answers ? answersFor(taskOf(recipe.estimator), answers) : []
  saySmallClasses(recipe, target, folds, ctx)
  const report = await measure({
    columns,
    target,
    targetName: recipe.target,
    plan: recipe.plan,
    vectors: await readPlanVectors(recipe.plan, ctx),
    estimator: recipe.estimator,
    seed: recipe.seed,
    metric,
    sizes: (y) => curveSizes(y, { shares, folds, seed: ctx.seed }),
    onFit: (size) => {
      const now = ctx.now()
      spent[size] = (spent[size] ?? 0) + now - since
      since = now
    },
    onProgress: ctx.progress,
    signal: ctx.signal,
  })
  // how long it took is no part of the report: the same rows must give the same bytes
  for (const [i, { share, rows }] of report.points.entries()) {
    ctx.log(
      'info',
      `${formatShare(share, 0)}, ${plural(rows, 'row')}: trained and scored in ${formatDuration((spent[i] ?? 0) / folds)} a fold.`,
    )
  }
  ctx.log('info', report.verdict.sentence)
  const last = report.points.at(-1)
  if (last) ctx.figure({ value: formatFigure(last.test.mean), label: `${report.metric.name}, ${report.verdict.rows}` })
  return { report: await ctx.report('Learning curve', report, reportFigures(report)) }
})
