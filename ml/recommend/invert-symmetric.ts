import type { Pace } from '#ml/estimators/pace'

/** Rows that are worked on together, so that each row of the other side is read a fourth as often. */
const together = 4

type Work = { matrix: Float64Array; n: number /** [n]: 1 / L[i][i]. */; inverse: Float64Array; sums: Float64Array; pace: Pace }

/**
 * Inverts a symmetric positive definite matrix in place, by Cholesky: A = L L', T = (L^-1)', A^-1 = T T' (Golub and Van Loan 2013,
 * "Matrix computations", 4.2). `matrix` [n][n] row-major: its lower triangle is read, and ends as that of the inverse; the upper
 * one holds T in between, so that every sum runs along rows in memory. About n^3 operations. False when the matrix is not
 * positive definite.
 */
export async function invertSymmetric(matrix: Float64Array, n: number, pace: Pace, onShare?: (share: number) => void): Promise<boolean> {
  const work: Work = { matrix, n, inverse: new Float64Array(n), sums: new Float64Array(together), pace }
  for (let from = 0; from < n; from += together) {
    if (!(await factoriseRows(work, from))) return false
    onShare?.((from / n) ** 3 / 3)
  }
  for (let from = 0; from < n; from += together) {
    await invertRows(work, from)
    onShare?.((1 + (from / n) ** 3) / 3)
  }
  for (let i = 0; i < n; i++) matrix[i * n + i] = work.inverse[i] ?? 0
  for (let from = 0; from < n; from += together) {
    await multiplyRows(work, from)
    const share = from / n
    onShare?.((2 + 3 * share ** 2 - 2 * share ** 3) / 3)
  }
  return true
}

/** L[i][j] = (A[i][j] - sum over k < j of L[i][k] L[j][k]) / L[j][j], for some rows i. */
async function factoriseRows({ matrix, n, inverse, sums, pace }: Work, from: number): Promise<boolean> {
  const to = Math.min(n, from + together)
  for (let j = 0; j < to; j++) {
    dotRows(matrix, n, from, to, j, 0, j, sums)
    for (let i = Math.max(from, j); i < to; i++) {
      const left = (matrix[i * n + j] ?? 0) - (sums[i - from] ?? 0)
      if (i > j) {
        matrix[i * n + j] = left * (inverse[j] ?? 0)
        continue
      }
      if (!(left > 0)) return false
      matrix[i * n + j] = Math.sqrt(left)
      inverse[j] = 1 / Math.sqrt(left)
    }
    if (pace.isDue(j * together)) await pace.pause()
  }
  return true
}

/** T[j][i] = -(sum over j <= k < i of L[i][k] T[j][k]) / L[i][i], for some i, into the upper triangle. */
async function invertRows({ matrix, n, inverse, sums, pace }: Work, from: number): Promise<void> {
  const to = Math.min(n, from + together)
  for (let j = 0; j < to; j++) {
    const begin = Math.max(from, j + 1)
    dotRows(matrix, n, from, to, j, j + 1, begin, sums)
    for (let i = begin; i < to; i++) {
      let sum = (sums[i - from] ?? 0) + (matrix[i * n + j] ?? 0) * (inverse[j] ?? 0)
      for (let k = begin; k < i; k++) sum += (matrix[i * n + k] ?? 0) * (matrix[j * n + k] ?? 0)
      matrix[j * n + i] = -sum * (inverse[i] ?? 0)
    }
    if (pace.isDue((begin - j) * together)) await pace.pause()
  }
}

/** P[a][b] = sum over k >= a of T[a][k] T[b][k], for some rows a and all b up to a, into the lower triangle. */
async function multiplyRows({ matrix, n, sums, pace }: Work, from: number): Promise<void> {
  const to = Math.min(n, from + together)
  for (let b = 0; b < to; b++) {
    dotRows(matrix, n, from, to, b, to, n, sums)
    for (let a = Math.max(from, b); a < to; a++) {
      let sum = sums[a - from] ?? 0
      for (let k = a; k < to; k++) sum += (matrix[a * n + k] ?? 0) * (matrix[b * n + k] ?? 0)
      matrix[a * n + b] = sum
    }
    if (pace.isDue((n - to) * together)) await pace.pause()
  }
}

/** Products of the rows [from, to), at most four, with row `other` over the columns [begin, end). */
function dotRows(
  matrix: Float64Array,
  n: number,
  from: number,
  to: number,
  other: number,
  begin: number,
  end: number,
  sums: Float64Array,
): void {
  const b = other * n
  if (to - from < together) {
    for (let row = from; row < to; row++) {
      let sum = 0
      for (let k = begin; k < end; k++) sum += (matrix[row * n + k] ?? 0) * (matrix[b + k] ?? 0)
      sums[row - from] = sum
    }
    return
  }
  const [a0, a1, a2, a3] = [from * n, (from + 1) * n, (from + 2) * n, (from + 3) * n]
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let k = begin; k < end; k++) {
    const value = matrix[b + k] ?? 0
    s0 += (matrix[a0 + k] ?? 0) * value
    s1 += (matrix[a1 + k] ?? 0) * value
    s2 += (matrix[a2 + k] ?? 0) * value
    s3 += (matrix[a3 + k] ?? 0) * value
  }
  sums[0] = s0
  sums[1] = s1
  sums[2] = s2
  sums[3] = s3
}
