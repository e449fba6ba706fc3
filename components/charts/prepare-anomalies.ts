import type { AnomaliesReport } from '#core/reports/anomalies'
import { formatNumber, formatScore, formatShare, plural } from '#core/words/format'
import { type PreparedHistogram, prepareHistogram } from './prepare-histogram.ts'

export type PreparedScores = PreparedHistogram & {
  /** Where the threshold stands, in px; null when it is outside of the picture. */
  threshold: number | null
}

/** Decides the histogram of scores: bars from the threshold on are anomalies. */
export function prepareScores(
  { scores, threshold }: Pick<AnomaliesReport, 'scores' | 'threshold'>,
  width: number,
  height: number,
): PreparedScores {
  const chart = prepareHistogram({ ...scores, format: formatScore, formatTick: (value) => value.toFixed(2) }, width, height)
  const [low, high] = [scores.edges[0] ?? 0, scores.edges.at(-1) ?? 1]
  const { left, right } = chart.frame
  const at = high > low ? left + ((threshold - low) / (high - low)) * (right - left) : null
  return { ...chart, threshold: at !== null && at >= left && at <= right ? Math.round(at) + 0.5 : null }
}

export type PreparedUnusual = {
  row: number
  score: string
  text: string
  isCalled: boolean
  /** "9060, usually 52; 0.510 with that", "FREE!!!; 0.480 without it" */
  reasons: { column: string; words: string }[]
}

/** Decides the list of unusual rows, and by which columns they are unusual; with a column chosen only those where it is a reason. */
export function prepareUnusual(
  { unusual, threshold }: Pick<AnomaliesReport, 'unusual' | 'threshold'>,
  column: string | null,
): PreparedUnusual[] {
  return unusual
    .filter(({ columns }) => column === null || columns.some((reason) => reason.column === column))
    .map(({ row, score, text, columns }) => ({
      row,
      score: formatScore(score),
      text,
      isCalled: score >= threshold,
      reasons: columns.map((reason) => ({
        column: reason.column,
        words: reasonWords(reason),
      })),
    }))
}

/** Of free text there is no usual value: the row is scored without it. */
function reasonWords({ value, usual, score }: AnomaliesReport['unusual'][number]['columns'][number]): string {
  if (usual === '') return `${value}; ${formatScore(score)} without it`
  return `${value === '' ? 'missing' : value}, usually ${usual}; ${formatScore(score)} with that`
}

/** What the threshold does to the rows, in a sentence. */
export function thresholdWords({
  called,
  rows,
  threshold,
  expected,
}: Pick<AnomaliesReport, 'called' | 'rows' | 'threshold' | 'expected'>): string {
  const share = `${formatShare(expected)} were expected`
  if (called === 0) return `No row scores ${formatScore(threshold)} or more; ${share}, but no row stands out.`
  return `${plural(called, 'row scores', 'rows score')} ${formatScore(threshold)} or more, ${formatShare(called / rows)} of ${formatNumber(rows)}; ${share}.`
}
