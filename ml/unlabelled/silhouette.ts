import { openPace } from '#ml/estimators/pace'
import type { SparseRows } from '#ml/features/sparse-rows'
import { arrangeRows, steadyMeans, steadyTerms } from '#ml/features/steady-terms'

/**
 * Silhouette of each row (Rousseeuw 1987): (b - a) / max(a, b), with a its mean distance to the other rows of its cluster and b
 * the least mean distance to the rows of another; 0 for a row alone in its cluster, as scikit-learn's silhouette_samples.
 * `labels` [rows] are below `clusters`. Null where fewer than two clusters have rows. Compares all pairs of rows.
 */
export async function silhouettes(x: SparseRows, labels: Int32Array, clusters: number, signal?: AbortSignal): Promise<Float64Array | null> {
  const sizes = new Float64Array(clusters)
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1
  if (sizes.filter((size) => size > 0).length < 2) return null
  const steady = steadyTerms(x)
  const rows = arrangeRows(x, steady, steadyMeans(x, steady, null))
  const squares = squaresOf(rows)
  const dense = new Float64Array(x.terms)
  const sums = new Float64Array(clusters)
  const pace = openPace(signal)
  const values = new Float64Array(x.rows)
  for (let row = 0; row < x.rows; row++) {
    sumDistances(rows, row, { squares, labels, dense, sums })
    values[row] = silhouetteOf(sums, sizes, labels[row] ?? 0)
    if (pace.isDue(rows.ids.length + x.rows * 2)) await pace.pause()
  }
  return values
}

type Scratch = { squares: Float64Array; labels: Int32Array; dense: Float64Array; sums: Float64Array }

/** Sums of the distances from one row to the rows of each cluster. `dense` is all 0, before and after. */
function sumDistances(x: SparseRows, row: number, { squares, labels, dense, sums }: Scratch): void {
  const [start, stop] = [x.ptr[row] ?? 0, x.ptr[row + 1] ?? 0]
  for (let j = start; j < stop; j++) dense[x.ids[j] ?? 0] = x.values[j] ?? 0
  sums.fill(0)
  for (let other = 0; other < x.rows; other++) {
    if (other === row) continue
    let product = 0
    for (let j = x.ptr[other] ?? 0, end = x.ptr[other + 1] ?? 0; j < end; j++) product += (x.values[j] ?? 0) * (dense[x.ids[j] ?? 0] ?? 0)
    const label = labels[other] ?? 0
    sums[label] = (sums[label] ?? 0) + Math.sqrt(Math.max(0, (squares[row] ?? 0) - 2 * product + (squares[other] ?? 0)))
  }
  for (let j = start; j < stop; j++) dense[x.ids[j] ?? 0] = 0
}

function silhouetteOf(sums: Float64Array, sizes: Float64Array, own: number): number {
  const others = (sizes[own] ?? 0) - 1
  if (others === 0) return 0
  const inside = (sums[own] ?? 0) / others
  let outside = Number.POSITIVE_INFINITY
  for (const [cluster, size] of sizes.entries()) {
    if (cluster !== own && size > 0) outside = Math.min(outside, (sums[cluster] ?? 0) / size)
  }
  const larger = Math.max(inside, outside)
  return larger > 0 ? (outside - inside) / larger : 0
}

function squaresOf(x: SparseRows): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, row) => {
    let sum = 0
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) sum += (x.values[j] ?? 0) ** 2
    return sum
  })
}
