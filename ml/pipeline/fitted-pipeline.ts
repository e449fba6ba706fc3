import type { Reference, Signature } from '#core/model/signature'
import type { Estimator } from '#core/ports/kinds'
import type { Plan } from '#core/ports/plan'
import type { TrainingReport } from '#core/reports/report'
import type { LinearModel } from '#ml/estimators/linear-model'
import type { FittedFeatures } from '#ml/features/fit-plan'

/** Features and classifier, fitted; all that is needed to predict and to write the .onnx file. */
export type FittedPipeline = {
  /** In code-unit order; every K-vector follows it. */
  classes: string[]
  signature: Signature
  /** The plan that was used: the given one, or the one derived from the columns when it had no features. */
  plan: Plan
  estimator: Estimator
  features: FittedFeatures
  /** Already divided by the temperature. */
  model: LinearModel
  /** What the logits were divided by; 1 when not calibrated. */
  temperature: number
  training: Omit<TrainingReport, 'parity' | 'seconds'>
  reference: Reference
}
