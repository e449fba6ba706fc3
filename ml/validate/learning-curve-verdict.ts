import type { LearningCurveReport } from '#core/reports/learning-curve'
import { correctedResampledTTest } from '#core/stats/corrected-t-test'
import { formatFigure, formatShare } from '#core/words/format'

type Points = LearningCurveReport['points']
type Metric = LearningCurveReport['metric']
type Change = LearningCurveReport['gain']
type Judged = Pick<LearningCurveReport, 'gain' | 'doubling' | 'gap' | 'verdict'>

/** Changes that nobody would collect rows for: half a point of a score, a hundredth of an error. It is level below twice that. */
const small = { score: 0.005, error: 0.01 }
/** A model that is so much better on its own rows has learned some of them by heart. */
const large = { score: 0.05, error: 0.2 }

/** Sizes from this share of the largest on tell how the curve goes on; smaller ones, how it began. */
const laterShare = 0.19

/**
 * What a curve says, in words: whether the test score still gets better with more rows, and whether the training score is far
 * above. What each doubling of the rows brings is the slope, fold by fold, of a line through the later sizes over the logarithm
 * of rows. A change counts when its 95 % interval over folds leaves out 0; `rows`: those of one fold, by which the interval is
 * corrected for training rows that folds share (Nadeau and Bengio 2003). Only with an interval that is narrow enough does
 * it say "levelled off": else it is unclear.
 */
export function judgeCurve(points: Points, metric: Metric, rows: { train: number; test: number }): Judged {
  const [last, before] = [points.at(-1), points.at(-2)]
  const sign = metric.better === 'higher' ? 1 : -1
  const changeOf = (differences: readonly number[]): Change => {
    const tested = correctedResampledTTest(differences, rows)
    const value = differences.reduce((sum, one) => sum + one, 0) / differences.length
    return { value, interval: tested && { low: tested.low, high: tested.high } }
  }
  const between = (to: number[], from: number[]) => changeOf(to.map((value, fold) => sign * (value - (from[fold] ?? Number.NaN))))
  const gain = between(last?.test.folds ?? [], before?.test.folds ?? [])
  const gap = between(last?.training.folds ?? [], last?.test.folds ?? [])
  const doubling = changeOf(slopes(points).map((slope) => sign * slope))
  const tested = Math.abs(last?.test.mean ?? 0)
  const limit = (of: { score: number; error: number }) => (isError(metric) ? of.error * tested : of.score)
  const verdict = { rows: rowsVerdict(doubling, gain, limit(small)), fit: fitVerdict(gap, limit(large)) }
  const from = `${formatShare(before?.share ?? 0, 0)} to ${last?.share === 1 ? 'all rows' : `${formatShare(last?.share ?? 0, 0)} of the rows`}`
  return {
    gain,
    doubling,
    gap,
    verdict: {
      ...verdict,
      sentence: `${rowsSentence(verdict.rows, { doubling, gain }, metric, from)} ${fitSentence(verdict.fit, gap, metric)}`,
    },
  }
}

/** Per fold, what the test score gains with each doubling of the rows: least squares over the later sizes, two at least. */
function slopes(points: Points): number[] {
  const least = (points.at(-1)?.rows ?? 0) * laterShare
  const later = points.filter(({ rows }, i) => rows >= least || i >= points.length - 2)
  const x = later.map(({ rows }) => Math.log2(rows))
  const mean = x.reduce((sum, one) => sum + one, 0) / x.length
  const squares = x.reduce((sum, one) => sum + (one - mean) ** 2, 0)
  const folds = later[0]?.test.folds ?? []
  return folds.map(
    (_, fold) => later.reduce((sum, { test }, i) => sum + ((x[i] ?? 0) - mean) * (test.folds[fold] ?? Number.NaN), 0) / squares,
  )
}

function rowsVerdict({ value, interval }: Change, last: Change, limit: number): LearningCurveReport['verdict']['rows'] {
  if (!interval) return 'unclear'
  if (interval.low > 0 && value > limit && last.value > 0) return 'more rows help'
  return interval.high <= 2 * limit ? 'levelled off' : 'unclear'
}

function fitVerdict({ value, interval }: Change, limit: number): LearningCurveReport['verdict']['fit'] {
  if (!interval) return 'unclear'
  if (interval.low > 0 && value > limit) return 'overfits'
  return interval.high <= limit ? 'agrees' : 'unclear'
}

function rowsSentence(
  verdict: LearningCurveReport['verdict']['rows'],
  { doubling, gain }: { doubling: Change; gain: Change },
  metric: Metric,
  from: string,
): string {
  const moved = ({ value }: Change) => `${value < 0 ? 'worse' : 'better'} by ${amount(Math.abs(value), metric)}`
  const each = `gets ${moved(doubling)} with each doubling of the rows${rangeOf(doubling, metric)}, and got ${moved(gain)} from ${from}`
  switch (verdict) {
    case 'more rows help':
      return `More rows would help: the test ${metric.name} ${each}.`
    case 'levelled off':
      return `It has levelled off: the test ${metric.name} ${each}; more rows of this kind would hardly help.`
    case 'unclear':
      return `Whether more rows would help is unclear: the test ${metric.name} ${each}. More folds tell more.`
  }
}

function fitSentence(verdict: LearningCurveReport['verdict']['fit'], gap: Change, metric: Metric): string {
  const apart = `${amount(Math.abs(gap.value), metric)} ${gap.value < 0 ? 'worse' : 'better'}`
  const range = rangeOf(gap, metric)
  switch (verdict) {
    case 'overfits':
      return `It overfits: on its training rows ${metric.name} is ${apart} than on test rows${range}; a stronger penalty, fewer features or more rows narrow that.`
    case 'agrees':
      return `Training and test agree: on training rows ${metric.name} is ${apart}${range}; better features or a richer model would do more.`
    case 'unclear':
      return `On its training rows ${metric.name} is ${apart} than on test rows${range}.`
  }
}

/** " (95 % 0.3 to 1.3)" in the unit of the amount. */
function rangeOf({ interval }: Change, metric: Metric): string {
  if (!interval) return ''
  return ` (95 % ${plain(interval.low, metric)} to ${plain(interval.high, metric)})`
}

const amount = (value: number, metric: Metric) => (metric.isShare ? `${plain(value, metric)} points` : plain(value, metric))

function plain(value: number, { isShare }: Metric): string {
  const words = isShare ? (Math.abs(value) * 100).toFixed(1) : formatFigure(Math.abs(value))
  return value < 0 && Number(words.replaceAll(',', '')) !== 0 ? `−${words}` : words
}

/** Whether the metric has no upper end of its own, so that only its relative changes say something. */
const isError = ({ better, isShare }: Metric) => better === 'lower' && !isShare
