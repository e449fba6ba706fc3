import { openPace } from '#ml/estimators/pace'
import type { SparseRows } from '#ml/features/sparse-rows'

/** Means of the features in each cluster and over all rows. */
export type ClusterMeans = {
  sizes: Int32Array
  /** [clusters][terms]; 0 of a cluster without rows. */
  means: Float64Array
  /** [clusters][terms]: share of its rows with another value than 0. */
  shares: Float64Array
  /** [terms], over all rows. */
  mean: Float64Array
  share: Float64Array
  /** [terms]: standard deviation over all rows. */
  spread: Float64Array
}

/** Means and shares of all terms by cluster; `labels` [rows] are below `clusters`. */
export async function clusterMeans(x: SparseRows, labels: Int32Array, clusters: number, signal?: AbortSignal): Promise<ClusterMeans> {
  const { terms, rows } = x
  const [means, shares] = [new Float64Array(clusters * terms), new Float64Array(clusters * terms)]
  const sizes = new Int32Array(clusters)
  const pace = openPace(signal)
  for (let row = 0; row < rows; row++) {
    const label = labels[row] ?? 0
    sizes[label] = (sizes[label] ?? 0) + 1
    const [start, end] = [x.ptr[row] ?? 0, x.ptr[row + 1] ?? 0]
    for (let j = start; j < end; j++) {
      const at = label * terms + (x.ids[j] ?? 0)
      const value = x.values[j] ?? 0
      means[at] = (means[at] ?? 0) + value
      if (value !== 0) shares[at] = (shares[at] ?? 0) + 1
    }
    if (pace.isDue((end - start) * 4)) await pace.pause()
  }
  const mean = totalsOf(means, clusters, terms).map((sum) => sum / rows)
  const held = totalsOf(shares, clusters, terms)
  const spread = await spreadsOf(x, mean, held, signal)
  for (let at = 0; at < means.length; at++) {
    const size = Math.max(1, sizes[Math.floor(at / terms)] ?? 0)
    means[at] = (means[at] ?? 0) / size
    shares[at] = (shares[at] ?? 0) / size
  }
  return { sizes, means, shares, mean, share: held.map((count) => count / rows), spread }
}

/** In a second pass over the rows: far from 0, squares would cancel. */
async function spreadsOf(x: SparseRows, mean: Float64Array, held: Float64Array, signal: AbortSignal | undefined): Promise<Float64Array> {
  const squares = new Float64Array(x.terms)
  const pace = openPace(signal)
  for (const [j, term] of x.ids.entries()) {
    const value = x.values[j] ?? 0
    if (value !== 0) squares[term] = (squares[term] ?? 0) + (value - (mean[term] ?? 0)) ** 2
    if (j % 65_536 === 0 && pace.isDue(65_536 * 4)) await pace.pause()
  }
  return squares.map((sum, term) => Math.sqrt((sum + (x.rows - (held[term] ?? 0)) * (mean[term] ?? 0) ** 2) / x.rows))
}

function totalsOf(table: Float64Array, clusters: number, terms: number): Float64Array {
  return Float64Array.from({ length: terms }, (_, term) => {
    let sum = 0
    for (let cluster = 0; cluster < clusters; cluster++) sum += table[cluster * terms + term] ?? 0
    return sum
  })
}
