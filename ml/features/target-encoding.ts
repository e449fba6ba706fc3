import { makeFolds, shuffledFolds } from '#ml/validate/folds'
import type { Answers, Supervision } from './answers'

/**
 * The target's mean per value of a category, pulled towards the mean of all rows: (sum + smoothing * mean) / (rows +
 * smoothing). Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes", SIGKDD Explorations 3(1),
 * 2001, pp. 27-32, with the weights of scikit-learn's TargetEncoder(smooth=smoothing).
 */

const foldsOfEncoding = 5

/** Numbers per value: one of a target of numbers or of two classes (share of the second), else a share per class. */
export function targetWidth({ classes }: Answers): number {
  return classes !== null && classes.length > 2 ? classes.length : 1
}

/** [codes][width] of the given rows; `codeOf` is each row's code. A code without rows has the mean of all. */
export function encodeTarget(
  codeOf: (row: number) => number,
  rows: Int32Array,
  { answers, codes, smoothing }: { answers: Answers; codes: number; smoothing: number },
): Float32Array {
  const width = targetWidth(answers)
  const sums = new Float64Array(codes * width)
  const totals = new Float64Array(width)
  const counts = new Float64Array(codes)
  for (const row of rows) {
    const code = codeOf(row)
    counts[code] = (counts[code] ?? 0) + 1
    const answer = answers.y[row] ?? 0
    const [at, amount] = answers.classes === null ? [0, answer] : [width > 1 ? answer : answer - 1, 1]
    // of two classes only the second is counted
    if (at < 0) continue
    sums[code * width + at] = (sums[code * width + at] ?? 0) + amount
    totals[at] = (totals[at] ?? 0) + amount
  }
  return Float32Array.from(sums, (sum, i) => {
    const mean = (totals[i % width] ?? 0) / Math.max(1, rows.length)
    const count = counts[Math.floor(i / width)] ?? 0
    return count + smoothing > 0 ? (sum + smoothing * mean) / (count + smoothing) : mean
  })
}

/**
 * [rows.length][width]: the encoding of the rows that it is fitted on. Each of five folds is encoded from the other four, so
 * that no row sees its own answer.
 */
export function encodeOutOfFold(
  codeOf: (row: number) => number,
  rows: Int32Array,
  { answers, seed, codes, smoothing }: Supervision & { codes: number; smoothing: number },
): Float32Array {
  const width = targetWidth(answers)
  const folds = Math.min(foldsOfEncoding, rows.length)
  const encoded = new Float32Array(rows.length * width)
  // a single row has no others to learn from
  if (folds < 2) return encoded
  const dealt =
    answers.classes === null
      ? shuffledFolds(rows.length, folds, seed)
      : makeFolds(
          Int32Array.from(rows, (row) => answers.y[row] ?? 0),
          folds,
          { kind: 'stratified', seed },
        )
  for (const { train, test } of dealt) {
    const others = Int32Array.from(train, (i) => rows[i] ?? 0)
    const table = encodeTarget(codeOf, others, { answers, codes, smoothing })
    for (const i of test) {
      const code = codeOf(rows[i] ?? 0)
      encoded.set(table.subarray(code * width, (code + 1) * width), i * width)
    }
  }
  return encoded
}
