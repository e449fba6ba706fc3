import type { SlicesReport } from '#core/reports/slices'
import { formatFigure, formatScore, formatShare } from '#core/words/format'

export type SliceOrder = 'worst' | 'fewest rows'
type Slice = SlicesReport['slices'][number]

export type PreparedSlices = {
  /** Ends of the scale that all intervals are drawn on. */
  from: number
  to: number
  slices: (Slice & {
    key: string
    words: { value: string; interval: string; gap: string; p: string }
    /** Below (or, for errors, above) the whole by more than chance. */
    isBad: boolean
    hasFewRows: boolean
  })[]
  /** What the whole says of the worst slice, in one sentence. */
  sentence: string
}

/** p-values below it are no chance, after the adjustment for looking at many slices. */
const unlikely = 0.05

/** Decides which slices are shown, in which order, on which scale. `column`: only its slices; null shows all. */
export function prepareSlices(report: SlicesReport, column: string | null, order: SliceOrder): PreparedSlices {
  const isShare = report.measure === 'accuracy'
  const format = isShare ? formatShare : formatFigure
  const isWorse = (slice: Slice) => (isShare ? slice.gap < 0 : slice.gap > 0)
  const shown = report.slices.filter((slice) => column === null || slice.column === column)
  if (order === 'fewest rows') shown.sort((a, b) => a.rows - b.rows)
  const ends = shown.flatMap(({ value, interval, rows }) =>
    rows < report.minRows ? [value] : [interval?.low ?? value, interval?.high ?? value],
  )
  const slices = shown.map((slice) => ({
    ...slice,
    key: `${slice.column}\u0000${slice.kind}\u0000${slice.name}`,
    words: {
      value: format(slice.value),
      interval: slice.interval ? `${format(slice.interval.low)} to ${format(slice.interval.high)}` : 'a single row',
      gap: gapWords(slice.gap, isShare),
      p: slice.adjustedP < 0.001 ? '< 0.001' : formatScore(slice.adjustedP),
    },
    isBad: isWorse(slice) && slice.adjustedP < unlikely && slice.rows >= report.minRows,
    hasFewRows: slice.rows < report.minRows,
  }))
  return {
    from: isShare ? Math.max(0, Math.floor(Math.min(1, ...ends) * 10) / 10) : Math.min(0, ...ends),
    to: isShare ? 1 : Math.max(...ends, report.value),
    slices,
    sentence: sentenceOf(slices, report.minRows),
  }
}

/** "−12.4 points", "+0.31" */
function gapWords(gap: number, isShare: boolean): string {
  const words = isShare ? (Math.abs(gap) * 100).toFixed(1) : formatFigure(Math.abs(gap))
  const sign = Number(words) === 0 ? '' : gap < 0 ? '−' : '+'
  return `${sign}${words}${isShare ? ' points' : ''}`
}

function sentenceOf(slices: PreparedSlices['slices'], minRows: number): string {
  const bad = slices.filter((slice) => slice.isBad)
  if (slices.every((slice) => slice.hasFewRows)) return `No slice has the ${minRows} rows that a judgement needs.`
  if (bad.length === 0) return 'No slice is worse than the others by more than chance.'
  return bad.length === 1
    ? 'One slice is worse than the other rows by more than chance.'
    : `${bad.length} slices are worse than the other rows by more than chance.`
}
