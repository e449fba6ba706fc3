import { reportFigures } from '#core/reports/figures'
import { formatDuration, formatFigure, formatShare, plural } from '#core/words/format'
import { curveSizes, learningCurve as measure } from '#ml/validate/learning-curve'
import { defineRun } from '../define'
import { readRecipe } from '../read-recipe'
import { requireRecipe } from '../require-recipe'
import { saySmallClasses } from '../say-small-classes'
import { learningCurve } from './spec'

export const run = defineRun(learningCurve, async ({ params, inputs: { model }, ctx }) => {
  const recipe = requireRecipe(model, 'on fewer rows')
  const args = await readRecipe(recipe, ctx)
  const { shares, folds, metric } = params
  const spent = shares.map(() => 0)
  let since = ctx.now()
  saySmallClasses(recipe, args.target, folds, ctx)
  const report = await measure({
    ...args,
    metric,
    sizes: (y) => curveSizes(y, { shares, folds, seed: ctx.seed }),
    onFit: (size) => {
      const now = ctx.now()
      spent[size] = (spent[size] ?? 0) + now - since
      since = now
    },
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
