import type { ClustersReport } from '#core/reports/clusters'
import { seededRandom, shuffle } from '#ml/estimators/random'
import type { FittedFeatures } from '#ml/features/fitted-features'
import { readableRows } from '#ml/features/readable-rows'
import { rowsAt, type SparseRows } from '#ml/features/sparse-rows'
import type { Found } from '#ml/pipeline/fit-unlabelled'
import { pause } from '#ml/pipeline/pause'
import { type ClusterMeans, clusterMeans } from './cluster-means'
import { clusterTraits } from './cluster-traits'
import { fitComponents, projectRows } from './principal-components'
import { silhouettes } from './silhouette'

/** Rows that are compared with each other, and of these the ones that are drawn. */
const most = { compared: 2_000, drawn: 1_200, nearest: 5 }

type Described = Pick<ClustersReport, 'inertia' | 'silhouette' | 'clusters' | 'picture'>

/**
 * Sizes, tightness and traits of the clusters `classes`, rows near the middle of each, and a picture of them along the first two
 * principal components. `textOf` a row; equal texts are listed once. Silhouette and picture are of at most 2,000 rows, drawn by `seed`.
 */
export async function describeClusters(
  { classes, features, found }: { classes: readonly string[]; features: FittedFeatures; found: Found },
  textOf: (row: number) => string,
  { seed, signal }: { seed: number; signal?: AbortSignal },
): Promise<Described> {
  const { x, labels } = found
  const clusters = classes.length
  const means = await clusterMeans(x, labels, clusters, signal)
  const squares = distancesToMeans(x, labels, means)
  const readable = readableRows(features, found.raw, x)
  const told = readable.x === x ? means : await clusterMeans(readable.x, labels, clusters, signal)
  const sample = sampleRows(x.rows, seed)
  const sampleLabels = Int32Array.from(sample, (row) => labels[row] ?? 0)
  const sampled = rowsAt(x, sample)
  const silhouette = await silhouettes(sampled, sampleLabels, clusters, signal)
  const rowsOf = rowsByCluster(labels, means.sizes)
  await pause(signal)
  return {
    inertia: squares.reduce((sum, square) => sum + square, 0),
    silhouette: silhouette && { value: meanOf(silhouette) ?? 0, rows: sample.length },
    clusters: classes.map((name, cluster) => {
      const own = rowsOf[cluster] ?? new Int32Array()
      const rows = own.length
      return {
        name,
        rows,
        spread: rows === 0 ? 0 : Math.sqrt(own.reduce((sum, row) => sum + (squares[row] ?? 0), 0) / rows),
        silhouette: silhouette && meanOf(silhouette.filter((_, i) => sampleLabels[i] === cluster)),
        typical: clusterTraits(readable.features, told, cluster),
        nearest: nearestRows(squares, own, textOf),
      }
    }),
    picture: await drawRows(sampled, sample, sampleLabels, { seed, signal }),
  }
}

/** [rows]: squared distance to the mean of the row's cluster. Terms that a row leaves out count as 0. */
function distancesToMeans(x: SparseRows, labels: Int32Array, { means, sizes }: ClusterMeans): Float64Array {
  const { terms } = x
  const norms = Float64Array.from(sizes, (_, cluster) =>
    means.subarray(cluster * terms, (cluster + 1) * terms).reduce((sum, value) => sum + value * value, 0),
  )
  return Float64Array.from(labels, (label, row) => {
    // (v - m)^2 of the terms that the row holds, and m^2 of all others
    let square = norms[label] ?? 0
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
      const mean = means[label * terms + (x.ids[j] ?? 0)] ?? 0
      square += ((x.values[j] ?? 0) - mean) ** 2 - mean * mean
    }
    return Math.max(0, square)
  })
}

/** The rows of each cluster, ascending. */
function rowsByCluster(labels: Int32Array, sizes: Int32Array): Int32Array[] {
  const rows = Array.from(sizes, (size) => new Int32Array(size))
  const used = new Int32Array(sizes.length)
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? 0
    const own = rows[label]
    const at = used[label] ?? 0
    if (own) own[at] = row
    used[label] = at + 1
  }
  return rows
}

/** `own`: the rows of one cluster. */
function nearestRows(squares: Float64Array, own: Int32Array, textOf: (row: number) => string) {
  const rows = own.toSorted((a, b) => (squares[a] ?? 0) - (squares[b] ?? 0) || a - b)
  const seen = new Set<string>()
  const nearest: { row: number; distance: number; text: string }[] = []
  for (const row of rows) {
    const text = textOf(row)
    if (seen.has(text)) continue
    seen.add(text)
    nearest.push({ row, distance: Math.sqrt(squares[row] ?? 0), text })
    if (nearest.length === most.nearest) break
  }
  return nearest
}

async function drawRows(
  x: SparseRows,
  rows: Int32Array,
  labels: Int32Array,
  context: { seed: number; signal?: AbortSignal | undefined },
): Promise<ClustersReport['picture']> {
  const components = Math.min(2, x.rows, x.terms)
  const fit = await fitComponents({ components, centre: true }, { x, weights: null }, context)
  const places = projectRows(fit, x)
  const short = (value: number) => Number(value.toPrecision(5))
  return {
    shares: [fit.share[0] ?? 0, fit.share[1] ?? 0],
    points: Array.from(rows.subarray(0, most.drawn), (row, i) => ({
      row,
      x: short(places[i * components] ?? 0),
      y: components === 2 ? short(places[i * components + 1] ?? 0) : 0,
      cluster: labels[i] ?? 0,
    })),
  }
}

/** At most 2,000 rows, in the order in which they are drawn. */
function sampleRows(rows: number, seed: number): Int32Array {
  const all = Int32Array.from({ length: rows }, (_, row) => row)
  shuffle(all, seededRandom(seed))
  return all.slice(0, most.compared)
}

function meanOf(values: Float64Array): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
