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
 * The best split of a column of `bins` codes into two sets: categories in the order of their mean gradient, cut at one place
 * (Fisher 1958, "On grouping for maximum homogeneity"), as scikit-learn's HistGradientBoosting. Missing values are one more
 * category. Its histogram begins at `column` * 1,024 of `cells`, i32[256][4]. Null when no cut gains more than `atLeast`.
 */
export function splitCategory(
  cells: Int32Array,
  { column, bins }: { column: number; bins: number },
  total: Sums,
  { gScale, hScale, l2, minRows, minCurvature }: SplitRules,
  atLeast: number,
): Split | null {
  const first = column * 1_024
  const rowsOf = (bin: number) => cells[first + bin * 4 + 2] ?? 0
  const gOf = (bin: number) => cells[first + bin * 4] ?? 0
  const hOf = (bin: number) => cells[first + bin * 4 + 1] ?? 0
  const known: number[] = []
  for (let bin = 0; bin < bins; bin++) if (rowsOf(bin) >= rowsToCount) known.push(bin)
  if (rowsOf(missingBin) >= rowsToCount) known.push(missingBin)
  if (known.length === 0) return null
  const meanOf = (bin: number) => (gOf(bin) * gScale) / (hOf(bin) * hScale + smoothing)
  known.sort((a, b) => meanOf(a) - meanOf(b) || a - b)
  const part = (g: number, h: number) => (g * gScale) ** 2 / (h * hScale + l2)
  const before = part(total.g, total.h)
  let [g, h, rows] = [0, 0, 0]
  let best: { gain: number; cut: number; left: Sums } | null = null
  for (const [i, bin] of known.entries()) {
    g += gOf(bin)
    h += hOf(bin)
    rows += rowsOf(bin)
    if (rows < minRows || total.rows - rows < minRows) continue
    if (h * hScale < minCurvature || (total.h - h) * hScale < minCurvature) continue
    const gain = part(g, h) + part(total.g - g, total.h - h) - before
    if (gain > (best?.gain ?? atLeast)) best = { gain, cut: i + 1, left: { g, h, rows } }
  }
  if (!best) return null
  const codes = known.slice(0, best.cut)
  // What no training row of the node had goes to the larger side.
  const missingLeft = rowsOf(missingBin) > 0 ? codes.includes(missingBin) : best.left.rows * 2 > total.rows
  return { kind: 'category', gain: best.gain, column, left: best.left, missingLeft, codes: codes.filter((code) => code !== missingBin) }
}
