import type { Estimator } from '#core/estimators/estimators'
import type { ClassReference, NumberReference, Signature } from '#core/model/signature'
import type { Plan } from '#core/ports/plan'
import type { TrainingReport } from '#core/reports/report'
import type { Calibration } from '#ml/calibration/calibration'
import type { Threshold } from '#ml/calibration/threshold'
import type { FittedFeatures } from '#ml/features/fit-plan'
import type { ModelState } from '#ml/models/model-state'

type Fitted = {
  signature: Signature
  /** The plan that was used: the given one, or the one derived from the columns when it had no features. */
  plan: Plan
  estimator: Estimator
  features: FittedFeatures
  model: ModelState
  training: Omit<TrainingReport, 'parity' | 'seconds'>
}

export type FittedClassifier = Fitted & {
  task: 'classification'
  /** In code-unit order; every K-vector follows it. */
  classes: string[]
  calibration: Calibration
  /** Null answers the most probable class. */
  threshold: Threshold | null
  reference: ClassReference
}

export type FittedRegressor = Fitted & { task: 'regression'; reference: NumberReference }

/** Features and estimator, fitted; all that is needed to predict and to write the .onnx file. */
export type FittedPipeline = FittedClassifier | FittedRegressor
