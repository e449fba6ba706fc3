import { AppError } from '#core/errors/app-error'
import type { TrainingReport } from '#core/reports/report'
import type { TrainColumns } from '#ml/pipeline/data'
import type { FittedPipeline } from '#ml/pipeline/fitted-pipeline'
import { pickColumn } from '#ml/pipeline/pick-rows'
import { predictPipeline } from '#ml/pipeline/predict'
import type { OnnxRuntime, StageContext } from './define'
import { largestDifference, parityTolerance } from './parity'
import { onnxInputs } from './predict-rows'

const sampleRows = 1_000

/**
 * Runs the written .onnx on a sample of the training rows in both runtimes and compares every probability, or number,
 * with the trained model's own. A larger difference fails the stage: what is served must be what was measured.
 */
export async function checkParity(
  { pipeline, bytes, columns }: { pipeline: FittedPipeline; bytes: Uint8Array; columns: TrainColumns },
  ctx: StageContext,
): Promise<NonNullable<TrainingReport['parity']>> {
  const { sample, rows } = sampleOf(columns, pipeline)
  const expected =
    pipeline.task === 'regression' ? predictPipeline(pipeline, sample).values : predictPipeline(pipeline, sample).probabilities
  const inputs = onnxInputs(pipeline.signature, sample)
  const differences = { native: 0, web: 0 }
  for (const runtime of ['native', 'web'] as const satisfies OnnxRuntime[]) {
    ctx.progress(runtime === 'native' ? 94 : 97, 100, `Comparing with the ${runtime} runtime`)
    if (ctx.signal.aborted) throw new AppError('cancelled')
    const model = await ctx.onnx.open(bytes, runtime)
    const answers = await model.run(inputs, rows)
    await model.close()
    differences[runtime] = largestDifference(expected, answers.task === 'regression' ? answers.values : answers.probabilities)
    if (!(differences[runtime] <= parityTolerance)) {
      throw new AppError('parity_failed', {
        detail: `The exported model differs from the trained one by ${differences[runtime].toExponential(1)} in the ${runtime} runtime, on ${rows} rows; at most ${parityTolerance} is allowed. The model was not kept. This is a fault of Stageline: please report it with the workflow.`,
      })
    }
  }
  return { rows, ...differences }
}

/** At most 1,000 rows, evenly spaced over the table. */
function sampleOf(columns: TrainColumns, pipeline: FittedPipeline): { sample: TrainColumns; rows: number } {
  const names = pipeline.signature.inputs.map(({ name }) => name)
  const total = columns[names[0] ?? '']?.values.length ?? 0
  const rows = Math.min(total, sampleRows)
  const picked = Array.from({ length: rows }, (_, i) => Math.floor((i * total) / rows))
  const sample: TrainColumns = {}
  for (const name of names) {
    const column = columns[name]
    if (column) sample[name] = pickColumn(column, picked)
  }
  return { sample, rows }
}
