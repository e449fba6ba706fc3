import type { DependenceReport } from '#core/reports/dependence'
import type { ExplanationReport } from '#core/reports/explanation'
import type { ImportanceReport } from '#core/reports/importance'
import { formatCompact, formatFigure, formatShare, formatValue } from '#core/words/format'
import { classColour } from './frame.ts'
import type { LinesInput } from './prepare-lines.ts'

export type PreparedExplanation = {
  /** What a bar means, in one sentence. */
  measure: string
  importance: {
    name: string
    words: string
    spread: string
    /** In [0, 1] of the widest; the ends of one standard deviation beside it. */
    share: number
    low: number
    high: number
  }[]
  curves: PreparedCurve[]
}

export type PreparedCurve = { column: string; note: string } & (
  | { kind: 'lines'; input: LinesInput; legend: { name: string; colour: string }[] }
  | { kind: 'table'; outputs: string[]; rows: { value: string; words: string[]; shares: number[] }[] }
)

const inPoints = ['accuracy', 'macro F1']

/** Decides how an explanation is drawn: bars of importance on one scale, a line over numbers, a table over categories. */
export function prepareExplanation({ importance, dependence }: ExplanationReport): PreparedExplanation {
  const { metric, baseline, columns } = importance
  const widest = Math.max(1e-12, ...columns.map(({ mean, std }) => Math.max(0, mean) + std))
  const share = (value: number) => Math.min(1, Math.max(0, value / widest))
  return {
    measure: `How much worse ${metric} (${figure(baseline, importance)}) gets when a column's values are dealt to other rows.`,
    importance: columns.map(({ name, mean, std }) => ({
      name,
      words: `${mean < 0 ? '−' : ''}${lossWords(Math.abs(mean), importance)}`,
      spread: `± ${lossWords(std, importance)} over ${importance.repeats} repeats`,
      share: share(mean),
      low: share(mean - std),
      high: share(mean + std),
    })),
    curves: dependence.map(prepareCurve),
  }
}

function figure(value: number, { metric }: ImportanceReport): string {
  return inPoints.includes(metric) ? formatShare(value) : formatFigure(value)
}

/** "12.4 points", "0.310" */
function lossWords(value: number, { metric }: ImportanceReport): string {
  return inPoints.includes(metric) ? `${(value * 100).toFixed(1)} points` : formatFigure(value)
}

/** Short enough for the room beside the axis. */
function formatTick(value: number): string {
  return Math.abs(value) >= 10_000 ? formatCompact(value) : formatValue(value)
}

function prepareCurve({ column, rows, outputs, points }: DependenceReport): PreparedCurve {
  // two classes are one line: the other is 1 minus it
  const shown = outputs.length === 2 ? [1] : outputs.map((_, k) => k)
  const names = shown.map((k) => outputs[k] ?? '')
  const note = `mean ${outputs.length === 1 ? '' : 'probability of '}${names.length === 1 ? names[0] : 'each class'}, were it the same in all ${rows} rows`
  // a single output is the number of a regressor, which may be of any size
  const isNumber = outputs.length === 1
  const format = isNumber ? formatValue : (value: number) => formatShare(value)
  if (points.every(({ value }) => typeof value === 'number') && points.length > 1) {
    const means = shown.map((k) => points.map((point) => point.means[k] ?? 0))
    const lowest = Math.min(...means.flat())
    return {
      kind: 'lines',
      column,
      note,
      legend: shown.length > 1 ? names.map((name, i) => ({ name, colour: classColour(shown[i] ?? 0) })) : [],
      input: {
        x: points.map(({ value }) => Number(value)),
        xKind: 'number',
        series: means.map((values, i) => ({ name: names[i] ?? '', colour: classColour(shown[i] ?? 0), values })),
        yFrom: isNumber ? lowest : 0,
        format,
        ...(isNumber && { formatTick }),
        // a year is no amount: 1990, not 1,990
        formatX: (value) => (Math.abs(value) >= 10_000 ? formatCompact(value) : String(value)),
      },
    }
  }
  const highest = Math.max(1e-12, ...points.flatMap(({ means }) => shown.map((k) => Math.abs(means[k] ?? 0))))
  return {
    kind: 'table',
    column,
    note,
    outputs: names,
    rows: points.map(({ value, means }) => ({
      value: typeof value === 'number' ? formatValue(value) : value,
      words: shown.map((k) => format(means[k] ?? 0)),
      shares: shown.map((k) => Math.max(0, means[k] ?? 0) / (isNumber ? highest : 1)),
    })),
  }
}
