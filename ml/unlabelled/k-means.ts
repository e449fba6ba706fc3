import { AppError } from '#core/errors/app-error'
import type { FitContext } from '#ml/estimators/contract'
import { seededRandom } from '#ml/estimators/random'
import type { SparseRows } from '#ml/features/sparse-rows'
import { arrangeRows, steadyMeans, steadyTerms } from '#ml/features/steady-terms'
import { pause } from '#ml/pipeline/pause'
import { chooseStarts } from './k-means-start'
import type { UnlabelledRows } from './unlabelled-rows'

export type KMeansParams = {
  clusters: number
  /** Begins so many times anew and keeps the tightest clusters. */
  restarts: number
  /** At most so many passes over all rows. */
  passes: number
  /** Rows per mini-batch; data of at most ten batches is only passed over whole. */
  batch: number
}

export type KMeansModel = {
  /** [terms][clusters], row-major. */
  centres: Float64Array
  clusters: number
  terms: number
  /** Sum over the training rows of the squared distance to the nearest centre, each times its weight. */
  inertia: number
}

const mostCells = 100_000_000
/** Mini-batches read as many rows as so many passes would. */
const batchPasses = 10
/** Passes end when the inertia falls by less than this share. */
const leastGain = 1e-5
/** About 30 ms of work between two pauses. */
const productsPerPause = 20_000_000

/**
 * k-means: greedy k-means++ starts, mini-batches with a step of 1 / (rows seen by the centre) (Sculley 2010, algorithm 1) where
 * there are many rows, then passes over all rows (Lloyd 1982) until the inertia stands. A cluster that lost all its rows
 * takes the row farthest from its centre. Throws AppError for fewer rows than clusters, or more than 100 million centre values.
 */
export async function fitKMeans(params: KMeansParams, { x, weights }: UnlabelledRows, context: FitContext): Promise<KMeansModel> {
  refuse(params.clusters, x)
  const steady = steadyTerms(x)
  const shift = steadyMeans(x, steady, weights)
  const rows = arrangeRows(x, steady, shift)
  const squares = squaresOf(rows)
  const random = seededRandom(context.seed)
  const work: Work = { products: 0, signal: context.signal }
  const hasBatches = x.rows > 10 * params.batch
  let best: KMeansModel | undefined
  for (let restart = 0; restart < params.restarts; restart++) {
    const candidates = { x: rows, squares, weights, rows: hasBatches ? drawRows(x.rows, params, random) : allRows(x.rows) }
    const model = startModel(rows, await chooseStarts(candidates, params.clusters, random, context.signal))
    if (hasBatches) await learnBatches(model, rows, squares, weights, params, random, work)
    await passOver(model, rows, squares, weights, params.passes, work)
    if (!best || model.inertia < best.inertia) best = model
    context.onShare?.((restart + 1) / params.restarts)
  }
  if (!best) throw new AppError('bad_params', { detail: 'k-means needs at least one start.', hint: { param: 'restarts' } })
  for (let at = 0; at < best.centres.length; at++) {
    best.centres[at] = (best.centres[at] ?? 0) + (shift[Math.floor(at / best.clusters)] ?? 0)
  }
  return best
}

/** Nearest centre of each row (of equals the first), and the squared distance to it. */
export function nearestCentres(model: KMeansModel, x: SparseRows): { labels: Int32Array; squares: Float64Array } {
  const norms = normsOf(model)
  const products = new Float64Array(model.clusters)
  const labels = new Int32Array(x.rows)
  const squares = squaresOf(x)
  for (let row = 0; row < x.rows; row++) {
    const { label, square } = nearestOf(model, norms, x, row, squares[row] ?? 0, products)
    labels[row] = label
    squares[row] = square
  }
  return { labels, squares }
}

const allRows = (rows: number) => Int32Array.from({ length: rows }, (_, row) => row)

/** Rows to choose the starts among: three batches, or three rows per cluster, as scikit-learn's MiniBatchKMeans. */
function drawRows(rows: number, { batch, clusters }: KMeansParams, random: () => number): Int32Array {
  return Int32Array.from({ length: Math.min(rows, 3 * Math.max(batch, clusters)) }, () => Math.floor(random() * rows))
}

type Work = { products: number; signal: AbortSignal | undefined }

function startModel(x: SparseRows, starts: Int32Array): KMeansModel {
  const clusters = starts.length
  const centres = new Float64Array(x.terms * clusters)
  for (const [c, row] of starts.entries()) moveTo(centres, c, clusters, x, row)
  return { centres, clusters, terms: x.terms, inertia: Number.POSITIVE_INFINITY }
}

async function learnBatches(
  model: KMeansModel,
  x: SparseRows,
  squares: Float64Array,
  weights: Float64Array | null,
  { batch }: KMeansParams,
  random: () => number,
  work: Work,
): Promise<void> {
  const { centres, clusters } = model
  const seen = new Float64Array(clusters)
  const rows = new Int32Array(batch)
  for (let step = 0; step < (batchPasses * x.rows) / batch; step++) {
    for (let i = 0; i < batch; i++) rows[i] = Math.floor(random() * x.rows)
    const { sums, mass } = await gather(model, x, squares, weights, rows, work)
    for (let c = 0; c < clusters; c++) {
      const added = mass[c] ?? 0
      if (added === 0) continue
      const before = seen[c] ?? 0
      seen[c] = before + added
      for (let at = c; at < centres.length; at += clusters) {
        centres[at] = ((centres[at] ?? 0) * before + (sums[at] ?? 0)) / (before + added)
      }
    }
  }
}

async function passOver(
  model: KMeansModel,
  x: SparseRows,
  squares: Float64Array,
  weights: Float64Array | null,
  passes: number,
  work: Work,
): Promise<void> {
  const { centres, clusters } = model
  const rows = allRows(x.rows)
  for (let pass = 0; ; pass++) {
    const { sums, mass, distances, inertia } = await gather(model, x, squares, weights, rows, work)
    const hasSettled = model.inertia - inertia <= leastGain * inertia
    model.inertia = inertia
    if (pass === passes || (hasSettled && (inertia === 0 || mass.every((weight) => weight > 0)))) return
    for (let c = 0; c < clusters; c++) {
      const weight = mass[c] ?? 0
      if (weight > 0) for (let at = c; at < centres.length; at += clusters) centres[at] = (sums[at] ?? 0) / weight
      else {
        const farthest = distances.reduce((most, distance, row) => (distance > (distances[most] ?? 0) ? row : most), 0)
        moveTo(centres, c, clusters, x, farthest)
        distances[farthest] = 0
      }
    }
  }
}

/** Sums and weights of the rows nearest to each centre. */
async function gather(
  model: KMeansModel,
  x: SparseRows,
  squares: Float64Array,
  weights: Float64Array | null,
  rows: Int32Array,
  work: Work,
) {
  const { clusters } = model
  const norms = normsOf(model)
  const products = new Float64Array(clusters)
  const sums = new Float64Array(model.centres.length)
  const mass = new Float64Array(clusters)
  const distances = new Float64Array(rows.length)
  let inertia = 0
  for (const [i, row] of rows.entries()) {
    const { label, square } = nearestOf(model, norms, x, row, squares[row] ?? 0, products)
    const weight = weights?.[row] ?? 1
    const [start, end] = [x.ptr[row] ?? 0, x.ptr[row + 1] ?? 0]
    for (let j = start; j < end; j++) {
      const at = (x.ids[j] ?? 0) * clusters + label
      sums[at] = (sums[at] ?? 0) + weight * (x.values[j] ?? 0)
    }
    mass[label] = (mass[label] ?? 0) + weight
    distances[i] = square
    inertia += weight * square
    work.products += (end - start) * clusters
    if (work.products < productsPerPause) continue
    work.products = 0
    await pause(work.signal)
  }
  return { sums, mass, distances, inertia }
}

function nearestOf(model: KMeansModel, norms: Float64Array, x: SparseRows, row: number, own: number, products: Float64Array) {
  const { centres, clusters } = model
  products.fill(0)
  for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
    const at = (x.ids[j] ?? 0) * clusters
    const value = x.values[j] ?? 0
    for (let c = 0; c < clusters; c++) products[c] = (products[c] ?? 0) + value * (centres[at + c] ?? 0)
  }
  let label = 0
  let square = Number.POSITIVE_INFINITY
  for (let c = 0; c < clusters; c++) {
    const distance = Math.max(0, own - 2 * (products[c] ?? 0) + (norms[c] ?? 0))
    if (distance < square) {
      label = c
      square = distance
    }
  }
  return { label, square }
}

/** Puts a centre on a row. */
function moveTo(centres: Float64Array, c: number, clusters: number, x: SparseRows, row: number): void {
  for (let at = c; at < centres.length; at += clusters) centres[at] = 0
  for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) centres[(x.ids[j] ?? 0) * clusters + c] = x.values[j] ?? 0
}

function normsOf({ centres, clusters }: KMeansModel): Float64Array {
  const norms = new Float64Array(clusters)
  for (let at = 0; at < centres.length; at++) norms[at % clusters] = (norms[at % clusters] ?? 0) + (centres[at] ?? 0) ** 2
  return norms
}

function squaresOf(x: SparseRows): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, row) => {
    let sum = 0
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) sum += (x.values[j] ?? 0) ** 2
    return sum
  })
}

function refuse(clusters: number, x: SparseRows): void {
  if (x.rows < clusters) {
    throw new AppError('bad_params', {
      detail: `${x.rows} ${x.rows === 1 ? 'row cannot' : 'rows cannot'} form ${clusters} clusters: ask for at most ${x.rows}, or use more rows.`,
      hint: { param: 'clusters' },
    })
  }
  if (x.terms * clusters > mostCells) {
    throw new AppError('out_of_memory', {
      detail: `${clusters} centres of ${x.terms.toLocaleString('en')} terms are too large: ask for fewer clusters, or lower "most terms" of the text features.`,
      hint: { param: 'clusters' },
    })
  }
}
