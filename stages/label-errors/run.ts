import { AppError } from '#core/errors/app-error'
import { taskOf } from '#core/estimators/estimators'
import type { Recipe } from '#core/ports/kinds'
import { reportFigures } from '#core/reports/figures'
import type { LabelErrorsReport } from '#core/reports/label-errors'
import { identifier } from '#core/sql/quote'
import { labelErrors as findLabelErrors } from '#ml/metrics/label-errors'
import { outOfFoldProbabilities } from '#ml/validate/out-of-fold-probabilities'
import { defineRun, type StageContext } from '../define'
import { readRecipe, shownTexts } from '../read-recipe'
import { requireRecipe } from '../require-recipe'
import { saySmallClasses } from '../say-small-classes'
import { labelErrors } from './spec'

/** Rows that the report itself lists; the tables have all. */
const listed = 500
/** What is known of a suspect, before its own columns. */
const marks = ['row_number', 'likely_label', 'label_margin', 'label_probability', 'likely_probability'] as const

export const run = defineRun(labelErrors, async ({ params, inputs: { model }, ctx }) => {
  const recipe = requireRecipe(model, 'to find labels that the rest contradicts')
  if (taskOf(recipe.estimator) === 'regression') {
    throw new AppError('bad_input', {
      detail: `The model answers a number, "${recipe.target}": label errors are looked for in classes. The worst rows of Evaluate show numbers that may be wrong.`,
      hint: { port: 'model' },
    })
  }
  const args = await readRecipe(recipe, ctx)
  saySmallClasses(recipe, args.target, params.folds, ctx)
  const { labels, probabilities } = await outOfFoldProbabilities({
    ...args,
    folds: params.folds,
    strategy: { kind: 'stratified', seed: ctx.seed },
  })
  const all = findLabelErrors({
    classes: labels.classes,
    labels: labels.y,
    probabilities,
    ...shownTexts(model, args.columns),
    listed: labels.y.length,
    leastMargin: params.least,
  })
  const report = { ...all, table: recipe.table, issues: all.issues.slice(0, listed) }
  ctx.figure({ value: report.found, label: report.found === 1 ? 'likely label error' : 'likely label errors' })
  return { report: await ctx.report('Label errors', report, reportFigures(report)), ...(await parted(recipe, all, labels.y.length, ctx)) }
})

/** The training rows in two tables, which can be reviewed and trained on: the likely errors, surest first, and the others. */
async function parted(recipe: Recipe, { issues }: LabelErrorsReport, rows: number, ctx: StageContext) {
  const byRow = new Map(issues.map((issue) => [issue.row, issue]))
  const perRow = <T>(pick: (issue: LabelErrorsReport['issues'][number]) => T) =>
    Array.from({ length: rows }, (_, row) => {
      const issue = byRow.get(row)
      return issue ? pick(issue) : null
    })
  const marked = await ctx.tables.replace(recipe.table, [
    { column: { name: 'row_number', type: 'integer' }, values: perRow(({ row }) => row + 1) },
    { column: { name: 'likely_label', type: 'text' }, values: perRow(({ probable }) => probable) },
    { column: { name: 'label_margin', type: 'number' }, values: perRow(({ margin }) => margin) },
    { column: { name: 'label_probability', type: 'number' }, values: perRow(({ labelProbability }) => labelProbability) },
    { column: { name: 'likely_probability', type: 'number' }, values: perRow(({ probability }) => probability) },
  ])
  const target = identifier(recipe.target)
  const inputs = { t: marked.artifact }
  const suspects = await ctx.tables.query(
    `SELECT row_number, ${target}, likely_label, label_margin, label_probability, likely_probability, * EXCLUDE (${marks.join(', ')}, ${target})
     FROM t WHERE likely_label IS NOT NULL ORDER BY label_margin, row_number`,
    inputs,
  )
  const kept = await ctx.tables.query(`SELECT * EXCLUDE (${marks.join(', ')}) FROM t WHERE likely_label IS NULL`, inputs)
  return {
    suspects: { kind: 'table' as const, ...suspects, plan: recipe.plan },
    kept: { kind: 'table' as const, ...kept, plan: recipe.plan },
  }
}
