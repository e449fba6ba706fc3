import { AppError } from '#core/errors/app-error'
import type { ComponentsStep } from '#core/ports/plan'
import { openPace } from '#ml/estimators/pace'
import { fitComponents } from '#ml/unlabelled/principal-components'
import { refuseMissing } from '#ml/unlabelled/refuse-missing'
import type { FittedFeatures } from './fitted-features'
import type { SparseRows } from './sparse-rows'

/** Fitted components in the place of all features before them: x V - origin, summed in double precision. */
export type ComponentsBlock = {
  kind: 'components'
  /** What they are made of. */
  inner: FittedFeatures
  /** [inner.terms][terms] */
  directions: Float32Array
  /** [terms]: what the means of the features come to; 0 where they were not centred. */
  origin: Float64Array
  /** Share of the variance of all features that each shows, [terms]. */
  share: Float64Array
  /** Always 0: they come first. */
  offset: number
  terms: number
}

/** The directions hardly hang on it. */
const seed = 1

/**
 * Principal components or a truncated singular value decomposition of the training rows `x` of `inner`; at most as many as there are
 * rows and features. Throws AppError for missing values, whole categories, and no features.
 */
export async function fitComponentsBlock(
  step: ComponentsStep,
  inner: FittedFeatures,
  x: SparseRows,
  signal: AbortSignal | undefined,
): Promise<ComponentsBlock> {
  refuseMissing(x, 'A Components stage')
  refuseCodes(x)
  const components = Math.min(step.components, x.rows, x.terms)
  if (components === 0) {
    throw new AppError('bad_input', {
      detail:
        'A Components stage needs features before it, and those that there are hold nothing: lower "at least rows" of the text features, or choose other columns.',
      hint: { param: 'minRows' },
    })
  }
  const fit = await fitComponents({ components, centre: step.centre }, { x, weights: null }, { seed, signal })
  const directions = new Float32Array(x.terms * components)
  const origin = new Float64Array(components)
  for (let i = 0; i < components; i++) {
    for (let term = 0; term < x.terms; term++) {
      const part = Math.fround(fit.directions[i * x.terms + term] ?? 0)
      directions[term * components + i] = part
      origin[i] = (origin[i] ?? 0) + part * (fit.means[term] ?? 0)
    }
  }
  return { kind: 'components', inner, directions, origin, share: fit.share, offset: 0, terms: components }
}

/** Rows of `inner` along the components, [rows][terms]. */
export async function projectBlock(block: ComponentsBlock, x: SparseRows, signal?: AbortSignal): Promise<Float32Array> {
  const pace = openPace(signal)
  const projected = new Float32Array(x.rows * block.terms)
  const sums = new Float64Array(block.terms)
  for (let row = 0; row < x.rows; row++) {
    projectRow(block, x, row, sums, projected)
    if (pace.isDue(((x.ptr[row + 1] ?? 0) - (x.ptr[row] ?? 0)) * block.terms)) await pace.pause()
  }
  return projected
}

/** The same at one go, for parts of a table. */
export function projectNow(block: ComponentsBlock, x: SparseRows): Float32Array {
  const projected = new Float32Array(x.rows * block.terms)
  const sums = new Float64Array(block.terms)
  for (let row = 0; row < x.rows; row++) projectRow(block, x, row, sums, projected)
  return projected
}

function projectRow(
  { directions, origin, terms }: ComponentsBlock,
  x: SparseRows,
  row: number,
  sums: Float64Array,
  to: Float32Array,
): void {
  sums.fill(0)
  for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
    const value = x.values[j] ?? 0
    const at = (x.ids[j] ?? 0) * terms
    for (let i = 0; i < terms; i++) sums[i] = (sums[i] ?? 0) + value * (directions[at + i] ?? 0)
  }
  for (let i = 0; i < terms; i++) to[row * terms + i] = (sums[i] ?? 0) - (origin[i] ?? 0)
}

function refuseCodes(x: SparseRows): void {
  const term = x.codes?.findIndex((codes) => codes > 0) ?? -1
  if (term < 0) return
  throw new AppError('bad_params', {
    detail: `A Components stage cannot read whole categories, as "${x.nameOf?.(term) ?? ''}" is: make them one-hot in the category features.`,
    hint: { param: 'encoding' },
  })
}
