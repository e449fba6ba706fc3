import type { SparseRows } from '#ml/features/sparse-rows'

/** Rows without answers. Weights stand for repetitions; null when all weigh 1. */
export type UnlabelledRows = { x: SparseRows; weights: Float64Array | null }
