import type { Estimator } from '#core/estimators/estimators'
import type { CalibrationMethod, ThresholdChoice } from '#core/model/answering'
import type { Plan } from '#core/ports/plan'
import type { WordVectorSets } from '#ml/features/word-vectors'
import type { FoldThreads } from '#ml/validate/fold-work'
import type { TrainColumns } from './data'

export type FitArgs = {
  columns: TrainColumns
  /**
   * What to learn, one answer a row; no row may be without. Classifiers read numbers as names of classes; clusters and anomalies
   * read nothing.
   */
  target: Target
  /** Name of the target column, or of what clusters and anomalies are called, for messages and the signature; it is never a feature. */
  targetName?: string
  /** Prepare steps were already applied to `columns`; they are carried along. */
  plan: Plan
  /** Those that steps of the plan look words up in, by artifact. */
  vectors?: WordVectorSets
  estimator: Estimator
  /** Classifiers only: how they learn how sure to be. */
  calibration: CalibrationMethod
  /** Classifiers of two classes only: chosen on out-of-fold probabilities. By default the most probable class is answered. */
  threshold?: ThresholdChoice | undefined
  seed: number
  onProgress?(done: number, total: number, doing: string): void
  signal?: AbortSignal
  /** Share the folds; the bytes are the same without. */
  threads?: FoldThreads | null | undefined
}

/** Texts with '' for missing, or numbers with NaN for missing. */
export type Target = readonly string[] | Float64Array

/** Folds on which a training measures itself. */
export const foldsOfTraining = 5
