import type { Figure } from '#core/ports/kinds'
import type { ComparisonReport } from './comparison'
import type { ExplanationReport } from './explanation'
import type { FairnessReport } from './fairness'
import type { LabelErrorsReport } from './label-errors'
import type { LearningCurveReport } from './learning-curve'
import { type SlicesReport, worstSlice } from './slices'

/** Reports that judge a model by more than its figures on all rows. */
export type JudgingReport = SlicesReport | FairnessReport | ComparisonReport | LabelErrorsReport | LearningCurveReport | ExplanationReport

/** Their figures, under the names that gates use. */
export function judgingFigures(report: JudgingReport): Figure[] {
  switch (report.report) {
    case 'slices':
      return ofSlices(report)
    case 'fairness':
      return ofGroups(report)
    case 'comparison':
      return ofComparison(report)
    case 'label-errors':
      return [
        { name: 'rows', value: report.rows },
        { name: 'likely label errors', value: report.found, better: 'lower' },
        { name: 'estimated label errors', value: report.estimated, better: 'lower' },
      ]
    case 'learning-curve':
      return ofCurve(report)
    case 'explanation':
      return [{ name: 'rows', value: report.importance.rows }, ...ofImportance(report)]
  }
}

function ofSlices(report: SlicesReport): Figure[] {
  const worst = worstSlice(report)
  const rows: Figure = { name: 'rows', value: report.rows }
  const slices: Figure = { name: 'slices', value: report.slices.length }
  if (report.measure === 'error') {
    const highest: Figure[] = worst ? [{ name: 'highest slice MAE', value: worst.value, better: 'lower' }] : []
    return [rows, { name: 'MAE', value: report.value, better: 'lower' }, ...highest, slices]
  }
  const lowest: Figure[] = worst
    ? [
        { name: 'lowest slice accuracy', value: worst.value, better: 'higher' },
        { name: 'largest slice gap', value: Math.max(0, -worst.gap), better: 'lower' },
      ]
    : []
  return [rows, { name: 'accuracy', value: report.value, better: 'higher' }, ...lowest, slices]
}

function ofGroups(report: FairnessReport): Figure[] {
  const { selection, truePositive, falsePositive, equalisedOdds } = report
  return [
    { name: 'rows', value: report.rows },
    ...given('selection ratio', selection?.ratio, 'higher'),
    ...given('selection rate difference', selection?.difference, 'lower'),
    ...given('true positive rate difference', truePositive?.difference, 'lower'),
    ...given('false positive rate difference', falsePositive?.difference, 'lower'),
    ...given('equalised odds difference', equalisedOdds, 'lower'),
  ]
}

/** Each model's first metric, and how sure the difference of the first pair is. */
function ofComparison({ rows, metrics, models, pairs }: ComparisonReport): Figure[] {
  const [metric] = metrics
  const [pair] = pairs
  return [
    { name: 'rows', value: rows },
    ...models.flatMap(({ name, values }) => (metric ? given(`${metric.name}[${name}]`, values[0], metric.better) : [])),
    ...given('difference', pair?.differences[0]?.value, metric?.better ?? 'higher'),
    ...given('p', pair?.adjustedP, 'lower'),
  ]
}

/** The scores with all rows; what the last rows brought and how far training is ahead are better when above 0. */
function ofCurve({ rows, metric, points, gain, doubling, gap }: LearningCurveReport): Figure[] {
  const last = points.at(-1)
  return [
    { name: 'rows', value: rows },
    ...given(metric.name, last?.test.mean, metric.better),
    ...given(`${metric.name}, training`, last?.training.mean, metric.better),
    { name: 'gain of the last rows', value: gain.value },
    { name: 'gain of a doubling', value: doubling.value },
    { name: 'gap to training', value: gap.value, better: 'lower' },
  ]
}

function ofImportance({ importance }: ExplanationReport): Figure[] {
  return importance.columns.slice(0, 5).map(({ name, mean }): Figure => ({ name: `importance[${name}]`, value: mean }))
}

function given(name: string, value: number | null | undefined, better: 'higher' | 'lower'): Figure[] {
  return value === null || value === undefined ? [] : [{ name, value, better }]
}
