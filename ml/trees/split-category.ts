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
  rules: SplitRules,
  atLeast: number,
): Split | null {
  const { hScale, minRows, minCurvature } = rules
  const first = column * 1_024
  const known = knownInOrder(cells, first, bins, rules)
  const before = part(total.g, total.h, rules)
  let [g, h, rows] = [0, 0, 0]
  let best: { gain: number; cut: number; left: Sums } | null = null
  for (let i = 0; i < known.length; i++) {
    const at = first + (known[i] ?? 0) * 4
    g += cells[at] ?? 0
    h += cells[at + 1] ?? 0
    rows += cells[at + 2] ?? 0
    if (rows < minRows || total.rows - rows < minRows) continue
    if (h * hScale < minCurvature || (total.h - h) * hScale < minCurvature) continue
    const gain = part(g, h, rules) + part(total.g - g, total.h - h, rules) - before
    if (gain > (best?.gain ?? atLeast)) best = { gain, cut: i + 1, left: { g, h, rows } }
  }
  if (!best) return null
  const codes = known.slice(0, best.cut)
  // What no training row of the node had goes to the larger side.
  const hasMissing = (cells[first + missingBin * 4 + 2] ?? 0) > 0
  const missingLeft = hasMissing ? codes.includes(missingBin) : best.left.rows * 2 > total.rows
  return { kind: 'category', gain: best.gain, column, left: best.left, missingLeft, codes: codes.filter((code) => code !== missingBin) }
}

/** What a side adds to the gain. */
function part(g: number, h: number, { gScale, hScale, l2 }: SplitRules): number {
  return (g * gScale) ** 2 / (h * hScale + l2)
}

/** The bins with enough rows, by their mean gradient. Called for each column of each node: insertion sort, and no closures. */
function knownInOrder(cells: Int32Array, first: number, bins: number, { gScale, hScale }: SplitRules): number[] {
  const known: number[] = []
  const means: number[] = []
  for (let i = 0; i <= bins; i++) {
    const bin = i === bins ? missingBin : i
    const at = first + bin * 4
    if ((cells[at + 2] ?? 0) < rowsToCount) continue
    const mean = ((cells[at] ?? 0) * gScale) / ((cells[at + 1] ?? 0) * hScale + smoothing)
    let place = known.length
    while (place > 0 && (means[place - 1] ?? 0) > mean) place -= 1
    known.splice(place, 0, bin)
    means.splice(place, 0, mean)
  }
  return known
}
