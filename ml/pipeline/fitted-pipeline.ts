import type { Estimator } from '#core/estimators/estimators'
import type { ClassReference, NumberReference, Signature } from '#core/model/signature'
import type { Plan } from '#core/ports/plan'
import type { TrainingReport } from '#core/reports/report'
import type { Calibration } from '#ml/calibration/calibration'
import type { Threshold } from '#ml/calibration/threshold'
import type { Background } from '#ml/explain/background'
import type { FittedFeatures } from '#ml/features/fitted-features'
import type { ModelState } from '#ml/models/model-state'

type Learned = {
  signature: Signature
  /** The plan that was used: the given one, or the one derived from the columns when it had no features. */
  plan: Plan
  features: FittedFeatures
  model: ModelState
  background: Background
}

/** A LearnedPipeline that answers classes. */
export type LearnedClassifier = Learned & {
  task: 'classification'
  /** In code-unit order, clusters in that of their numbers; every K-vector follows it. */
  classes: string[]
  calibration: Calibration
  /** Null answers the most probable class. */
  threshold: Threshold | null
}

/** A LearnedPipeline that answers a number. */
export type LearnedRegressor = Learned & { task: 'regression' }

/** What was learned: all that is needed to predict a row and to explain it. */
export type LearnedPipeline = LearnedClassifier | LearnedRegressor

type Training = { estimator: Estimator; training: Omit<TrainingReport, 'parity' | 'seconds'> }

export type FittedClassifier = LearnedClassifier & Training & { reference: ClassReference }

export type FittedRegressor = LearnedRegressor & Training & { reference: NumberReference }

/** Features and estimator, fitted; all that is needed to predict and to write the .onnx file. */
export type FittedPipeline = FittedClassifier | FittedRegressor
