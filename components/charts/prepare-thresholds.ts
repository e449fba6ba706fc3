import type { LiftDeciles } from '#core/reports/lift'
import { type Costs, type ThresholdCounts, type ThresholdPoint, thresholdPoint } from '#core/reports/thresholds'
import { formatFigure, formatNumber, formatShare, plural } from '#core/words/format'
import type { LinesInput } from './prepare-lines.ts'

export type PreparedThresholds = {
  /** Figures at the chosen threshold, as label, value and a second line. */
  figures: { label: string; value: string; sub: string }[]
  rates: LinesInput
  cost: LinesInput
  cheapest: ThresholdPoint
  bestF1: ThresholdPoint
  /** What the cheapest threshold would save, in one sentence. */
  sentence: string
}

const rateSeries = [
  ['precision', 'var(--series-1)'],
  ['recall', 'var(--series-2)'],
  ['f1', 'var(--series-3)'],
] as const
export const rateLegend = rateSeries.map(([key, colour]) => ({ name: key === 'f1' ? 'F1' : key, colour }))

/**
 * Decides what the explorer shows of one class: all figures follow from the stored counts, so that neither a threshold nor
 * a cost asks the server again. `threshold`: the rows at or above it are called the class.
 */
export function prepareThresholds(counts: ThresholdCounts, threshold: number, costs: Costs): PreparedThresholds {
  const { rows, positives } = counts
  const all = { rows, positives, costs }
  const points = counts.points.map((point) => thresholdPoint(point, all))
  const none = { threshold: null, called: 0, hits: 0 }
  const at = counts.points.findLast((point) => point.threshold !== null && point.threshold >= threshold) ?? none
  const chosen = thresholdPoint(at, all)
  const [first = chosen] = points
  const cheapest = points.reduce((best, point) => (point.cost < best.cost ? point : best), first)
  const bestF1 = points.reduce((best, point) => (point.f1 > best.f1 ? point : best), first)
  const drawn = points.filter((point) => point.threshold !== null).reverse()
  const x = drawn.map((point) => Math.round((point.threshold ?? 0) * 1000) / 1000)
  const shared = { x, xKind: 'number', domain: [0, 1], mark: Math.min(1, threshold) } as const
  return {
    figures: [
      { label: `Called ${counts.name}`, value: formatNumber(at.called), sub: `${formatShare(at.called / rows)} of ${plural(rows, 'row')}` },
      {
        label: 'Precision',
        value: at.called === 0 ? '–' : formatShare(chosen.precision),
        sub: `${formatNumber(at.called - at.hits)} false alarms`,
      },
      {
        label: 'Recall',
        value: formatShare(chosen.recall),
        sub: `${formatNumber(positives - at.hits)} of ${formatNumber(positives)} missed`,
      },
      { label: 'F1', value: chosen.f1.toFixed(3), sub: `best ${bestF1.f1.toFixed(3)} ${thresholdWords(bestF1)}` },
      { label: 'Accuracy', value: formatShare(chosen.accuracy), sub: `false positive rate ${formatShare(chosen.falsePositiveRate)}` },
      {
        label: 'Cost of a row',
        value: formatFigure(chosen.cost),
        sub: `lowest ${formatFigure(cheapest.cost)} ${thresholdWords(cheapest)}`,
      },
    ],
    rates: {
      ...shared,
      series: rateSeries.map(([key, colour], i) => ({
        name: rateLegend[i]?.name ?? key,
        colour,
        values: drawn.map((point) => (key === 'precision' && point.called === 0 ? null : point[key])),
      })),
      yFrom: 0,
      yTo: 1,
      format: (value) => value.toFixed(2),
    },
    cost: {
      ...shared,
      series: [{ name: 'cost of a row', colour: 'var(--series-4)', values: drawn.map((point) => point.cost) }],
      format: formatFigure,
    },
    cheapest,
    bestF1,
    sentence: savingWords(chosen, cheapest, rows),
  }
}

/** "at 0.32", or that the class is never called. */
function thresholdWords({ threshold }: ThresholdPoint): string {
  return threshold === null ? 'when it is never called' : `at ${threshold.toFixed(2)}`
}

function savingWords(chosen: ThresholdPoint, cheapest: ThresholdPoint, rows: number): string {
  const saved = (chosen.cost - cheapest.cost) * rows
  if (saved <= 1e-9) return 'No threshold costs less.'
  return `${cheapest.threshold === null ? 'Never calling it' : `A threshold of ${cheapest.threshold.toFixed(2)}`} would cost ${formatFigure(saved)} less on these ${plural(rows, 'row')}.`
}

export type PreparedLift = {
  gain: LinesInput
  deciles: { decile: string; rate: string; lift: string; gain: string; share: number }[]
  sentence: string
}

/** Decides the gain chart, from the same counts, and the table of tenths. */
export function prepareLift({ points, rows, positives }: ThresholdCounts, { name, deciles }: LiftDeciles): PreparedLift {
  const [first] = deciles
  return {
    gain: {
      x: points.map(({ called }) => Math.round((called / rows) * 1000) / 1000),
      xKind: 'number',
      domain: [0, 1],
      series: [
        { name: `share of ${name}`, colour: 'var(--series-1)', values: points.map(({ hits }) => hits / positives) },
        { name: 'at random', colour: 'var(--series-8)', values: points.map(({ called }) => called / rows), opacity: 0.6 },
      ],
      yFrom: 0,
      yTo: 1,
      format: (value) => formatShare(value, 0),
      formatX: (value) => formatShare(value, 0),
    },
    deciles: deciles.map(({ decile, rate, lift, gain }) => ({
      decile: `${(decile - 1) * 10} to ${decile * 10} %`,
      rate: formatShare(rate),
      lift: lift.toFixed(2),
      gain: formatShare(gain),
      share: gain,
    })),
    sentence: first
      ? `The most probable tenth of the rows holds ${formatShare(first.gain, 0)} of ${name}, ${first.lift.toFixed(1)} times its share.`
      : '',
  }
}
