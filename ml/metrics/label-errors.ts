import { AppError } from '#core/errors/app-error'
import type { LabelErrorsReport } from '#core/reports/label-errors'

const most = { issues: 500, pairs: 50, jointClasses: 100, textChars: 300 }

export type LabelErrorsArgs = {
  classes: readonly string[]
  /** The given class index per row. */
  labels: Int32Array
  /** [rows][classes] row-major, from models that have not seen the row; all must be numbers. */
  probabilities: ArrayLike<number>
  /** What to show of a row. */
  texts?: (row: number) => string
  /** How many rows to list; 500 by default. */
  listed?: number
  /** By how much the probability of another class must be above that of the label, 0 by default. */
  leastMargin?: number
}

/**
 * Rows whose label is probably wrong, by confident learning (Northcutt, Jiang and Chuang 2021, "Confident learning:
 * estimating uncertainty in dataset labels", JAIR 70, section 3). A row is confidently of class j when its probability of j
 * is at or above the mean of those labelled j, and the highest of such classes; `joint` counts them by label. `estimated`
 * is the off-diagonal of the joint after its rows are scaled to the labels (equation 3). Listed are the rows off the
 * diagonal, by normalised margin; those that the model itself would call as labelled are counted but not listed, as they
 * persuade nobody. Throws AppError without rows.
 */
export function labelErrors({
  classes,
  labels,
  probabilities,
  texts,
  listed = most.issues,
  leastMargin = 0,
}: LabelErrorsArgs): LabelErrorsReport {
  const width = classes.length
  if (labels.length === 0) throw new AppError('bad_input', { detail: 'There are no rows whose labels could be looked at.' })
  const at = (row: number, k: number) => probabilities[row * width + k] ?? 0
  const { rows, thresholds } = thresholdsOf(labels, at, width)
  const joint = new Map<number, number>()
  const issues: { row: number; label: number; probable: number; margin: number }[] = []
  for (const [row, label] of labels.entries()) {
    const probable = confidentClass(row, at, thresholds)
    if (probable === null) continue
    joint.set(label * width + probable, (joint.get(label * width + probable) ?? 0) + 1)
    const margin = at(row, label) - highestOther(row, label, at, width)
    if (probable !== label && margin < 0 && -margin >= leastMargin) issues.push({ row, label, probable, margin })
  }
  issues.sort((a, b) => a.margin - b.margin || a.row - b.row)
  const foundIn = (k: number) => issues.filter(({ label }) => label === k).length
  return {
    report: 'label-errors',
    rows: labels.length,
    found: issues.length,
    estimated: estimatedErrors(joint, rows, width),
    classes: classes.map((name, k) => ({ name, rows: rows[k] ?? 0, threshold: rows[k] ? (thresholds[k] ?? 0) : null, found: foundIn(k) })),
    joint:
      width <= most.jointClasses
        ? Array.from({ length: width }, (_, i) => Array.from({ length: width }, (_, j) => joint.get(i * width + j) ?? 0))
        : null,
    pairs: pairsOf(issues, classes),
    issues: issues.slice(0, listed).map(({ row, label, probable, margin }) => ({
      row,
      label: classes[label] ?? '',
      probable: classes[probable] ?? '',
      labelProbability: at(row, label),
      probability: at(row, probable),
      margin,
      text: (texts?.(row) ?? '').slice(0, most.textChars),
    })),
  }
}

type ProbabilityAt = (row: number, k: number) => number

/** Mean probability of each class over the rows labelled so; infinite, so never reached, without such rows. */
function thresholdsOf(labels: Int32Array, at: ProbabilityAt, width: number) {
  const rows = new Int32Array(width)
  const sums = new Float64Array(width)
  for (const [row, label] of labels.entries()) {
    rows[label] = (rows[label] ?? 0) + 1
    sums[label] = (sums[label] ?? 0) + at(row, label)
  }
  return { rows, thresholds: sums.map((sum, k) => (rows[k] ? sum / (rows[k] ?? 1) : Number.POSITIVE_INFINITY)) }
}

/** The most probable of the classes that reach their threshold; null when none does. */
function confidentClass(row: number, at: ProbabilityAt, thresholds: Float64Array): number | null {
  let best: number | null = null
  for (let k = 0; k < thresholds.length; k++) {
    // a mean of equal numbers may lie above them by rounding
    if (at(row, k) < (thresholds[k] ?? 0) - 1e-9) continue
    if (best === null || at(row, k) > at(row, best)) best = k
  }
  return best
}

function highestOther(row: number, label: number, at: ProbabilityAt, width: number): number {
  let highest = 0
  for (let k = 0; k < width; k++) if (k !== label) highest = Math.max(highest, at(row, k))
  return highest
}

function estimatedErrors(joint: ReadonlyMap<number, number>, rows: Int32Array, width: number): number {
  const sums = new Float64Array(width)
  for (const [cell, count] of joint) sums[Math.floor(cell / width)] = (sums[Math.floor(cell / width)] ?? 0) + count
  let errors = 0
  for (const [label, sum] of sums.entries()) {
    const kept = joint.get(label * width + label) ?? 0
    if (sum > 0) errors += ((sum - kept) / sum) * (rows[label] ?? 0)
  }
  return errors
}

function pairsOf(issues: readonly { label: number; probable: number }[], classes: readonly string[]): LabelErrorsReport['pairs'] {
  const counts = new Map<number, number>()
  for (const { label, probable } of issues) {
    const pair = label * classes.length + probable
    counts.set(pair, (counts.get(pair) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || a - b)
    .slice(0, most.pairs)
    .map(([pair, rows]) => ({
      label: classes[Math.floor(pair / classes.length)] ?? '',
      probable: classes[pair % classes.length] ?? '',
      rows,
    }))
}
