import type { Pace } from './pace'

/** Scores of all rows for all classes, with their exponentials beside them, so that a class's probabilities cost no exponential. */
export type ClassScores = {
  rows: number
  classes: number
  /** [classes][rows] */
  scores: Float64Array
  /** [classes][rows] exp(score - the row's highest score when they were last refreshed). */
  exps: Float64Array
  /** [rows] Sum of the row's exps. */
  sums: Float64Array
}

const rowsPerBlock = 4_096
/** The least that an exponential may become, so that a class can come back. */
const leastExp = 1e-290

/** Scores that are the same in all rows; -Infinity leaves a class out. */
export function openClassScores(rows: number, bias: Float64Array): ClassScores {
  const classes = bias.length
  const scores = new Float64Array(rows * classes)
  for (const [k, value] of bias.entries()) scores.fill(value, k * rows, (k + 1) * rows)
  const peak = Math.max(...bias)
  const each = bias.map((value) => Math.exp(value - peak))
  const exps = new Float64Array(rows * classes)
  for (const [k, exp] of each.entries()) exps.fill(exp, k * rows, (k + 1) * rows)
  return { rows, classes, scores, exps, sums: new Float64Array(rows).fill(each.reduce((sum, exp) => sum + exp, 0)) }
}

/** [rows] Probabilities of one class. */
export async function readClass({ rows, exps, sums }: ClassScores, k: number, pace: Pace): Promise<Float64Array> {
  const shares = new Float64Array(rows)
  const at = k * rows
  for (let row = 0; row < rows; row++) shares[row] = Math.min(1, (exps[at + row] ?? 0) / (sums[row] ?? 1))
  if (pace.isDue(rows * 5)) await pace.pause()
  return shares
}

/** Adds part of the moves to the scores of one class. */
export async function moveClass({ rows, scores, exps, sums }: ClassScores, k: number, moves: Float64Array, part: number, pace: Pace) {
  const at = k * rows
  for (let row = 0; row < rows; row++) {
    const step = part * (moves[row] ?? 0)
    const before = exps[at + row] ?? 0
    const after = Math.max(leastExp, before * Math.exp(step))
    scores[at + row] = (scores[at + row] ?? 0) + step
    exps[at + row] = after
    sums[row] = Math.max(after, (sums[row] ?? 0) - before + after)
  }
  if (pace.isDue(rows * 10)) await pace.pause()
}

/** Mean log-loss by cost; refreshes the exponentials, whose rounding adds up while classes move. */
export async function lossOf(all: ClassScores, y: Int32Array, costs: Float64Array, pace: Pace): Promise<number> {
  let [loss, total] = [0, 0]
  for (let from = 0; from < all.rows; from += rowsPerBlock) {
    const to = Math.min(all.rows, from + rowsPerBlock)
    refreshBlock(all, from, to)
    for (let row = from; row < to; row++) {
      const cost = costs[row] ?? 0
      const own = all.exps[(y[row] ?? 0) * all.rows + row] ?? 0
      loss += cost * Math.log((all.sums[row] ?? 1) / own)
      total += cost
    }
    if (pace.isDue((to - from) * all.classes * 5)) await pace.pause()
  }
  return loss / total
}

/** Mean over rows of ln sum_k exp(score). `y` names a class with a score in each row. */
export function meanLogSum({ rows, scores, exps, sums }: ClassScores, y: Int32Array): number {
  let total = 0
  for (const [row, k] of y.entries()) total += (scores[k * rows + row] ?? 0) - Math.log((exps[k * rows + row] ?? 1) / (sums[row] ?? 1))
  return total / rows
}

function refreshBlock({ rows, classes, scores, exps, sums }: ClassScores, from: number, to: number): void {
  const peaks = new Float64Array(to - from).fill(Number.NEGATIVE_INFINITY)
  for (let k = 0; k < classes; k++) {
    for (let row = from; row < to; row++) peaks[row - from] = Math.max(peaks[row - from] ?? 0, scores[k * rows + row] ?? 0)
  }
  sums.fill(0, from, to)
  for (let k = 0; k < classes; k++) {
    for (let row = from; row < to; row++) {
      const exp = Math.max(leastExp, Math.exp((scores[k * rows + row] ?? 0) - (peaks[row - from] ?? 0)))
      exps[k * rows + row] = exp
      sums[row] = (sums[row] ?? 0) + exp
    }
  }
}
