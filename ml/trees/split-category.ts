import { missingBin } from './bin-columns'

/** Sums over the rows of a node or of one side of a split, as the kernel counts them. */
export type Sums = { g: number; h: number; rows: number }

export type Split = { gain: number; column: number; left: Sums; missingLeft: boolean } & (
  | { kind: 'number'; bin: number }
  /** Codes that go left. */
  | { kind: 'category'; codes: number[] }
)

export type SplitRules = { gScale: number; hScale: number; l2: number; minRows: number; minCurvature: number }

/** Rarer categories say too little to be ordered by; they go right. */
const rowsToCount = 10
/** Keeps categories with little curvature from the ends of the order. */
const smoothing = 10

/**
 * The best split of a column of codes into two sets: categories in the order of their mean gradient, cut at one place (Fisher 1958,
 * "On grouping for maximum homogeneity"), as scikit-learn's HistGradientBoosting. Missing values are one more category.
 * `cells` is the column's histogram, i32[256][4]. Null when no cut gains more than `atLeast`.
 */
export function splitCategory(
  cells: Int32Array,
  column: number,
  total: Sums,
  { gScale, hScale, l2, minRows, minCurvature }: SplitRules,
  atLeast: number,
): Split | null {
  const sums = (bin: number): Sums => ({ g: cells[bin * 4] ?? 0, h: cells[bin * 4 + 1] ?? 0, rows: cells[bin * 4 + 2] ?? 0 })
  const known = Array.from({ length: missingBin + 1 }, (_, bin) => ({ bin, ...sums(bin) })).filter(({ rows }) => rows >= rowsToCount)
  const meanOf = ({ g, h }: Sums) => (g * gScale) / (h * hScale + smoothing)
  known.sort((a, b) => meanOf(a) - meanOf(b) || a.bin - b.bin)
  const part = (g: number, h: number) => (g * gScale) ** 2 / (h * hScale + l2)
  const before = part(total.g, total.h)
  const left = { g: 0, h: 0, rows: 0 }
  let best: { gain: number; cut: number; left: Sums } | null = null
  for (const [i, { g, h, rows }] of known.entries()) {
    left.g += g
    left.h += h
    left.rows += rows
    const [right, rightRows] = [total.h - left.h, total.rows - left.rows]
    if (left.rows < minRows || rightRows < minRows) continue
    if (left.h * hScale < minCurvature || right * hScale < minCurvature) continue
    const gain = part(left.g, left.h) + part(total.g - left.g, right) - before
    if (gain > (best?.gain ?? atLeast)) best = { gain, cut: i + 1, left: { ...left } }
  }
  if (!best) return null
  const codes = known.slice(0, best.cut).map(({ bin }) => bin)
  const missing = sums(missingBin).rows > 0
  // What no training row of the node had goes to the larger side.
  const missingLeft = missing ? codes.includes(missingBin) : best.left.rows * 2 > total.rows
  return { kind: 'category', gain: best.gain, column, left: best.left, missingLeft, codes: codes.filter((code) => code !== missingBin) }
}
