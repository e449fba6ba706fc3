import type { EstimatorParams } from '#core/estimators/estimators'
import type { SparseRows } from '#ml/features/sparse-rows'
import type { NetworkModel } from '#ml/models/network'
import { pause } from '#ml/pipeline/pause'
import { type Columns, dot, length, orthonormalise } from '#ml/unlabelled/columns'
import { fitKMeans, type KMeansModel, nearestCentres } from '#ml/unlabelled/k-means'
import { refuseMissing } from '#ml/unlabelled/refuse-missing'
import type { UnlabelledRows } from '#ml/unlabelled/unlabelled-rows'
import type { Fit, FitContext } from './contract'
import { openPace } from './pace'

/** The variance is at least this share of the squared distance of the farthest centre: float32 scores cannot hold more. */
const leastVariance = 1e-3

/**
 * k-means clusters as a classifier whose classes are the clusters, largest first. A row's score is -|x - c|^2 / (2 s^2) for each
 * centre c, less what all classes share: linear in x. So the likeliest class is the nearest centre, and the
 * probabilities are those of equally frequent Gaussians around the centres, round in the space that the centres span, with
 * the variance s^2 that the rows have there within their clusters; across it, all centres are equally far. The state is one
 * layer of a network, which is summed in double precision: far from 0, products of float32 would cancel to noise. Throws
 * AppError as fitKMeans does, and for missing values.
 */
export async function fitClusters(
  params: EstimatorParams<'k-means'>,
  rows: UnlabelledRows,
  context: FitContext,
): Promise<Fit<NetworkModel>> {
  refuseMissing(rows.x, 'K-means')
  const found = await fitKMeans(params, rows, context)
  const { labels } = nearestCentres(found, rows.x)
  const sizes = new Float64Array(found.clusters)
  for (const [row, label] of labels.entries()) sizes[label] = (sizes[label] ?? 0) + (rows.weights?.[row] ?? 1)
  const order = [...sizes.keys()].sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || compareCentres(found, a, b))
  const centres = order.map((cluster) => centreOf(found, cluster))
  const mean = meanOf(
    centres,
    order.map((cluster) => sizes[cluster] ?? 0),
  )
  const placeOf = new Int32Array(order.length)
  for (const [place, cluster] of order.entries()) placeOf[cluster] = place
  const variance = await spreadAmongCentres({ ...rows, centres, mean, labels: labels.map((label) => placeOf[label] ?? 0) }, context.signal)
  return { state: stateOf(centres, mean, variance), loss: [], notes: notesOn(sizes) }
}

/** One layer: x (c - mean) / s^2, less its value half-way between c and the mean of all rows. */
function stateOf(centres: Columns, mean: Float64Array, variance: number): NetworkModel {
  const [terms, outputs] = [mean.length, centres.length]
  const weights = new Float32Array(terms * outputs)
  const bias = new Float32Array(outputs)
  for (const [k, centre] of centres.entries()) {
    let half = 0
    for (let term = 0; term < terms; term++) {
      const weight = Math.fround(((centre[term] ?? 0) - (mean[term] ?? 0)) / variance)
      weights[term * outputs + k] = weight
      half += (weight * ((centre[term] ?? 0) + (mean[term] ?? 0))) / 2
    }
    bias[k] = -half
  }
  return { shape: 'network', layers: [{ weights, bias, inputs: terms, outputs }], terms, outputs }
}

type Clustered = UnlabelledRows & { centres: Columns; mean: Float64Array; labels: Int32Array }

/** Variance of the rows around their centres, per direction of the space that the centres span; 1 where all centres are the same. */
async function spreadAmongCentres({ x, weights, centres, mean, labels }: Clustered, signal: AbortSignal | undefined): Promise<number> {
  const basis = centres.map((centre) => centre.map((value, term) => value - (mean[term] ?? 0)))
  const farthest = Math.max(...basis.map((column) => dot(column, column)))
  await orthonormalise(basis, () => pause(signal))
  const directions = basis.filter((column) => length(column) > 0)
  if (directions.length === 0) return 1
  const origins = centres.map((centre) => directions.map((direction) => dot(direction, centre)))
  const pace = openPace(signal)
  let [squares, mass] = [0, 0]
  for (let row = 0; row < x.rows; row++) {
    const weight = weights?.[row] ?? 1
    mass += weight
    squares += weight * squareAlong(x, row, directions, origins[labels[row] ?? 0] ?? [])
    if (pace.isDue(((x.ptr[row + 1] ?? 0) - (x.ptr[row] ?? 0)) * directions.length * 2)) await pace.pause()
  }
  return Math.max(squares / mass / directions.length, leastVariance * farthest)
}

/** Squared length of what a row is off its centre, along the directions. */
function squareAlong(x: SparseRows, row: number, directions: Columns, origin: readonly number[]): number {
  let sum = 0
  for (const [i, direction] of directions.entries()) {
    let part = -(origin[i] ?? 0)
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) part += (x.values[j] ?? 0) * (direction[x.ids[j] ?? 0] ?? 0)
    sum += part * part
  }
  return sum
}

const centreOf = ({ centres, clusters, terms }: KMeansModel, cluster: number) =>
  Float64Array.from({ length: terms }, (_, term) => centres[term * clusters + cluster] ?? 0)

/** Clusters of one size, by their first coordinate that differs. */
function compareCentres({ centres, clusters }: KMeansModel, a: number, b: number): number {
  for (let at = 0; at < centres.length; at += clusters) {
    const difference = (centres[at + a] ?? 0) - (centres[at + b] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function meanOf(centres: Columns, sizes: readonly number[]): Float64Array {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const mean = new Float64Array(centres[0]?.length ?? 0)
  for (const [k, centre] of centres.entries()) {
    const share = (sizes[k] ?? 0) / total
    for (let term = 0; term < mean.length; term++) mean[term] = (mean[term] ?? 0) + share * (centre[term] ?? 0)
  }
  return mean
}

function notesOn(sizes: Float64Array): string[] {
  const empty = sizes.filter((size) => size === 0).length
  return empty === 0
    ? []
    : [`Only ${sizes.length - empty} of ${sizes.length} clusters have rows, because so few rows differ: ask for fewer clusters.`]
}
