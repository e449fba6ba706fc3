import type { ModelValue } from '#core/ports/kinds'
import type { TrainingReport } from '#core/reports/report'
import { exportPipeline } from '#ml/onnx/export-pipeline'
import type { TrainColumns } from '#ml/pipeline/data'
import type { FittedPipeline } from '#ml/pipeline/fitted-pipeline'
import { checkParity } from './check-parity'
import type { StageContext } from './define'

/** Share of the progress bar that fitting takes; writing the file and comparing the runtimes are the rest. */
const fitShare = 90

/** Tells how far the fit is, which is not all that there is to do. */
export const fitProgress =
  (ctx: Pick<StageContext, 'progress'>) =>
  (done: number, total: number, doing?: string): void =>
    ctx.progress((done / total) * fitShare, 100, doing)

/** Writes a pipeline as one .onnx file, once it answers `columns` alike in both runtimes. */
export async function writeModel(
  pipeline: FittedPipeline,
  columns: TrainColumns,
  ctx: StageContext,
): Promise<{ file: Pick<ModelValue, 'artifact' | 'bytes'>; parity: NonNullable<TrainingReport['parity']> }> {
  ctx.progress(fitShare, 100, 'Writing the model file')
  const bytes = exportPipeline(pipeline)
  const parity = await checkParity({ pipeline, bytes, columns }, ctx)
  return { file: { artifact: await ctx.artifacts.write(bytes), bytes: bytes.length }, parity }
}
