import type { Estimator } from '#core/estimators/estimators'
import { systemActor } from '#db/queries/audit'
import { exportPipeline } from '#ml/onnx/export-pipeline'
import type { FittedPipeline } from '#ml/pipeline/fitted-pipeline'
import type { House } from '#server/house'
import { registerModel } from '#server/registry/register-model'

type Fitted = { name: string; pipeline: FittedPipeline; estimator: Estimator; table?: string; rows: number }

/** Registers what was fitted without a stage (seed 1, not calibrated). Without its training table the recipe names the model's own file. */
export async function registerFitted(house: House, of: Fitted): Promise<{ versionId: string; version: number; artifact: string }> {
  const { name, pipeline, estimator, rows } = of
  const { signature, plan, features } = pipeline
  const bytes = exportPipeline(pipeline)
  const artifact = await house.artifacts.write(bytes)
  const { table = artifact } = of
  const model = {
    kind: 'model' as const,
    artifact,
    bytes: bytes.length,
    classes: pipeline.task === 'regression' ? [] : pipeline.classes,
    signature,
    recipe: { estimator, plan, target: signature.target, table, seed: 1, calibration: 'none' as const },
    rows,
    terms: features.terms,
    registered: null,
  }
  return { ...(await registerModel(house, { name, model, aliases: [], description: '' }, null, systemActor)), artifact }
}
