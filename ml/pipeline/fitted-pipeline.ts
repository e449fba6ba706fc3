import type { Estimator } from '#core/estimators/estimators'
import type { Reference, Signature } from '#core/model/signature'
import type { Plan } from '#core/ports/plan'
import type { TrainingReport } from '#core/reports/report'
import type { Calibration } from '#ml/calibration/calibration'
import type { FittedFeatures } from '#ml/features/fit-plan'
import type { ModelState } from '#ml/models/model-state'

/** Features and classifier, fitted; all that is needed to predict and to write the .onnx file. */
export type FittedPipeline = {
  /** In code-unit order; every K-vector follows it. */
  classes: string[]
  signature: Signature
  /** The plan that was used: the given one, or the one derived from the columns when it had no features. */
  plan: Plan
  estimator: Estimator
  features: FittedFeatures
  model: ModelState
  calibration: Calibration
  training: Omit<TrainingReport, 'parity' | 'seconds'>
  reference: Reference
}
