import type { LearningTask } from '#core/estimators/define'
import type { SparseRows } from '#ml/features/sparse-rows'
import type { ModelState } from '#ml/models/model-state'
import type { UnlabelledRows } from '#ml/unlabelled/unlabelled-rows'

/** Rows to learn from. Weights stand for repetitions: a row of weight 2 counts as two rows. */
export type Rows = {
  x: SparseRows
  /** Per row, above 0; null when all weigh 1. */
  weights: Float64Array | null
}

/** Rows with a class each; `y` holds indexes below `classes`. */
export type ClassData = Rows & { y: Int32Array; classes: number }

/** Rows with a number each. */
export type NumberData = Rows & { y: Float64Array }

export type DataOf<T extends LearningTask> = T extends 'classification' ? ClassData : T extends 'regression' ? NumberData : UnlabelledRows

export type FitContext = {
  /** All randomness comes from it: the same seed gives the same bytes. */
  seed: number
  /** Aborting throws `cancelled` within 200 ms. */
  signal?: AbortSignal | undefined
  /** Share of the work that is done, in [0, 1]. */
  onShare?: ((share: number) => void) | undefined
}

export type Fit<S extends ModelState = ModelState> = {
  state: S
  /** Mean training loss per pass or tree; empty where there are none. */
  loss: { epoch: number; loss: number }[]
  /** What people should know about this training, in sentences. */
  notes: string[]
}

/** Learns from rows. The only thing that estimators have of their own: what they learned is a ModelState, which predicts and exports itself. */
export type FitEstimator<P, D> = (params: P, data: D, context: FitContext) => Promise<Fit>
