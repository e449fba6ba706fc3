import type { SparseRows } from '#ml/features/sparse-rows'
import { pause } from '#ml/pipeline/pause'

export type Candidates = {
  x: SparseRows
  /** Squared length of each row of `x`. */
  squares: Float64Array
  weights: Float64Array | null
  /** Rows to choose among. */
  rows: Int32Array
}

/**
 * Rows to begin the clusters with, by greedy k-means++ (Arthur and Vassilvitskii 2007, section 2.2, with several
 * candidates as in section 5; 2 + ln k of them, as scikit-learn): each next one is drawn with a probability proportional
 * to its squared distance from those before. Where all rows are the same, some repeat. Returns [clusters] rows.
 */
export async function chooseStarts(from: Candidates, clusters: number, random: () => number, signal?: AbortSignal): Promise<Int32Array> {
  const { rows } = from
  const candidates = 2 + Math.floor(Math.log(clusters))
  const weights = Float64Array.from(rows, (row) => from.weights?.[row] ?? 1)
  const starts = new Int32Array(clusters)
  const dense = new Float64Array(from.x.terms)
  starts[0] = rows[draw(weights, random)] ?? 0
  let nearest = distancesFrom(from, starts[0], dense)
  for (let i = 1; i < clusters; i++) {
    const [before, chances] = [nearest, nearest.map((square, at) => square * (weights[at] ?? 0))]
    let least = Number.POSITIVE_INFINITY
    for (let c = 0; c < candidates; c++) {
      await pause(signal)
      const row = rows[draw(chances, random)] ?? 0
      const closer = distancesFrom(from, row, dense).map((square, at) => Math.min(square, before[at] ?? 0))
      const sum = closer.reduce((total, square, at) => total + square * (weights[at] ?? 0), 0)
      if (sum >= least) continue
      least = sum
      starts[i] = row
      nearest = closer
    }
  }
  return starts
}

/** An index drawn with a probability proportional to its chance; any where all are 0. */
function draw(chances: Float64Array, random: () => number): number {
  const total = chances.reduce((sum, chance) => sum + chance, 0)
  if (!(total > 0)) return Math.floor(random() * chances.length)
  let left = random() * total
  for (const [i, chance] of chances.entries()) {
    left -= chance
    if (left < 0) return i
  }
  return chances.findLastIndex((chance) => chance > 0)
}

/** Squared distances of `rows` from one row. `dense` is all 0, before and after. */
function distancesFrom({ x, squares, rows }: Candidates, row: number, dense: Float64Array): Float64Array {
  const [start, stop] = [x.ptr[row] ?? 0, x.ptr[row + 1] ?? 0]
  for (let j = start; j < stop; j++) dense[x.ids[j] ?? 0] = x.values[j] ?? 0
  const own = squares[row] ?? 0
  const distances = Float64Array.from(rows, (other) => {
    let product = 0
    for (let j = x.ptr[other] ?? 0, end = x.ptr[other + 1] ?? 0; j < end; j++) product += (x.values[j] ?? 0) * (dense[x.ids[j] ?? 0] ?? 0)
    return Math.max(0, (squares[other] ?? 0) - 2 * product + own)
  })
  for (let j = start; j < stop; j++) dense[x.ids[j] ?? 0] = 0
  return distances
}
