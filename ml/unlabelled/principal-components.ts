import { AppError } from '#core/errors/app-error'
import type { FitContext } from '#ml/estimators/contract'
import { seededRandom } from '#ml/estimators/random'
import type { SparseRows } from '#ml/features/sparse-rows'
import { arrangeRows, steadyMeans, steadyTerms } from '#ml/features/steady-terms'
import { pause } from '#ml/pipeline/pause'
import { type Columns, combine, dot, length, orthonormalise, rotateApart, scale } from './columns'
import { readOperator } from './row-operator'
import type { UnlabelledRows } from './unlabelled-rows'

export type ComponentsParams = {
  components: number
  /** Takes the mean from each term first: principal components; without, a truncated singular value decomposition. */
  centre: boolean
}

export type Components = {
  /** [components][terms]: directions of length 1, at right angles. */
  directions: Float64Array
  /** [terms]: taken from rows before they are projected; 0 without centring. */
  means: Float64Array
  /** [components] */
  singular: Float64Array
  /** [components]: variance of the training rows along each; with centring over n - 1, without over n, as scikit-learn. */
  variance: Float64Array
  /** [components]: its share of the variance of all terms. */
  share: Float64Array
  components: number
  terms: number
}

const oversampling = 10
const mostCells = 100_000_000

/**
 * Principal components, as scikit-learn's PCA, or a truncated singular value decomposition, as TruncatedSVD, of sparse rows:
 * randomised, with power iterations (Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1), 7 of them for few components and 4 else, as
 * scikit-learn. Rows stay sparse; the mean is taken from products. Of each direction, the sign is such that the row
 * with the largest part has a positive one. Throws AppError for more components than rows or terms.
 */
export async function fitComponents(params: ComponentsParams, rows: UnlabelledRows, context: FitContext): Promise<Components> {
  const { x, weights } = rows
  const { components, centre } = params
  const rank = Math.min(x.rows, x.terms)
  refuse(components, rank, x)
  const steady = centre ? steadyTerms(x) : new Int32Array(0)
  const shift = steadyMeans(x, steady, weights)
  const operator = readOperator(centre ? arrangeRows(x, steady, shift) : x, weights, centre)
  const random = seededRandom(context.seed)
  const width = Math.min(components + oversampling, rank)
  const rounds = components < 0.1 * rank ? 7 : 4
  let inTerms: Columns = Array.from({ length: width }, () => Float64Array.from({ length: x.terms }, () => normal(random)))
  let inRows: Columns = []
  const look = () => pause(context.signal)
  for (let round = 0; round <= rounds; round++) {
    inRows = await operator.project(inTerms, context.signal)
    await orthonormalise(inRows, look, round < rounds ? 1 : 2)
    inTerms = await operator.collect(inRows, context.signal)
    if (round < rounds) await orthonormalise(inTerms, look, 1)
    context.onShare?.((round + 1) / (rounds + 2))
  }
  const basis = inTerms.map((column) => column.slice())
  await orthonormalise(basis, look)
  // in the coordinates of the basis the columns are as short as they are many, which makes turning them cheap
  const small = inTerms.map((column) => Float64Array.from(basis, (direction) => dot(direction, column)))
  const turns = small.map((_, i) => Float64Array.from(small, (_column, j) => (i === j ? 1 : 0)))
  await rotateApart(small, turns, look)
  await look()
  ;[inTerms, inRows] = [combine(basis, small), combine(inRows, turns)]
  const singular = Float64Array.from({ length: components }, (_, i) => length(inTerms[i] ?? new Float64Array(0)))
  const directions = new Float64Array(components * x.terms)
  for (let i = 0; i < components; i++) {
    const [direction, parts, size] = [inTerms[i] ?? new Float64Array(0), inRows[i] ?? new Float64Array(0), singular[i] ?? 0]
    scale(direction, size > 0 ? signOf(parts, weights) / size : 0)
    directions.set(direction, i * x.terms)
  }
  const means = operator.means.map((mean, term) => mean + (shift[term] ?? 0))
  const state = { directions, means, singular, components, terms: x.terms, variance: new Float64Array(components), share: singular }
  const { total, mass } = operator
  const variance = centre
    ? singular.map((size) => (size * size) / Math.max(1, mass - 1))
    : variancesOf(projectRows(state, x), components, weights)
  const whole = centre ? total / Math.max(1, mass - 1) : total / mass
  return { ...state, variance, share: variance.map((part) => (whole > 0 ? part / whole : 0)) }
}

/** Rows along the components, [rows][components] row-major. */
export function projectRows({ directions, means, components, terms }: Components, x: SparseRows): Float64Array {
  const along = new Float64Array(components * terms)
  const origin = new Float64Array(components)
  for (let i = 0; i < components; i++) {
    for (let term = 0; term < terms; term++) {
      const part = directions[i * terms + term] ?? 0
      along[term * components + i] = part
      origin[i] = (origin[i] ?? 0) + part * (means[term] ?? 0)
    }
  }
  const projected = new Float64Array(x.rows * components)
  for (let row = 0; row < x.rows; row++) {
    const to = row * components
    for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
      const at = (x.ids[j] ?? 0) * components
      const value = x.values[j] ?? 0
      for (let i = 0; i < components; i++) projected[to + i] = (projected[to + i] ?? 0) + value * (along[at + i] ?? 0)
    }
    for (let i = 0; i < components; i++) projected[to + i] = (projected[to + i] ?? 0) - (origin[i] ?? 0)
  }
  return projected
}

/** 1, or -1 where the largest part of a row in the direction is negative; scikit-learn's svd_flip. A row's part is that of one of its repetitions. */
function signOf(parts: Float64Array, weights: Float64Array | null): number {
  let largest = 0
  for (const [row, part] of parts.entries()) {
    const one = part / Math.sqrt(weights?.[row] ?? 1)
    if (Math.abs(one) > Math.abs(largest)) largest = one
  }
  return largest < 0 ? -1 : 1
}

function variancesOf(projected: Float64Array, components: number, weights: Float64Array | null): Float64Array {
  const rows = projected.length / components
  return Float64Array.from({ length: components }, (_, i) => {
    let [mass, sum] = [0, 0]
    for (let row = 0; row < rows; row++) {
      mass += weights?.[row] ?? 1
      sum += (weights?.[row] ?? 1) * (projected[row * components + i] ?? 0)
    }
    let squares = 0
    for (let row = 0; row < rows; row++) squares += (weights?.[row] ?? 1) * ((projected[row * components + i] ?? 0) - sum / mass) ** 2
    return squares / mass
  })
}

/** Box and Muller 1958. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function refuse(components: number, rank: number, x: SparseRows): void {
  if (components < 1 || components > rank) {
    throw new AppError('bad_params', {
      detail: `${x.rows} rows of ${x.terms} terms have at most ${rank} components, so there cannot be ${components}: ask for 1 to ${rank}.`,
      hint: { param: 'components' },
    })
  }
  if ((x.terms + x.rows) * (components + oversampling) > mostCells) {
    throw new AppError('out_of_memory', {
      detail: `${components} components of ${x.rows.toLocaleString('en')} rows and ${x.terms.toLocaleString('en')} terms are too large: ask for fewer components, or use fewer rows.`,
      hint: { param: 'components' },
    })
  }
}
