import { AppError } from '#core/errors/app-error'
import type { TrainingReport } from '#core/reports/report'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import type { FittedPipeline } from '#ml/pipeline/fitted-pipeline'
import { predictPipeline } from '#ml/pipeline/predict'
import type { OnnxRuntime, StageContext } from './define'
import { onnxInputs } from './predict-rows'

const sampleRows = 1_000
/** Float32 sums in another order differ by about 1e-6; more is another model. Of a number, times its size when that is above 1. */
const tolerance = 1e-5

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
    if (!(differences[runtime] <= tolerance)) {
      throw new AppError('parity_failed', {
        detail: `The exported model differs from the trained one by ${differences[runtime].toExponential(1)} in the ${runtime} runtime, on ${rows} rows; at most ${tolerance} is allowed. The model was not kept. This is a fault of Stageline: please report it with the workflow.`,
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
    if (column) sample[name] = pick(column, picked)
  }
  return { sample, rows }
}

function pick(column: TrainColumn, rows: readonly number[]): TrainColumn {
  return column.type === 'text'
    ? {
        type: 'text',
        values: rows.map((row) => column.values[row] ?? ''),
        missing: Uint8Array.from(rows, (row) => column.missing[row] ?? 0),
      }
    : { type: 'number', values: Float64Array.from(rows, (row) => column.values[row] ?? Number.NaN) }
}

/** NaN when an answer is not a number or there are too few: no comparison with it holds. */
function largestDifference(expected: Float32Array, given: Float32Array): number {
  if (expected.length !== given.length) return Number.NaN
  let largest = 0
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs(value - (given[i] ?? Number.NaN)) / Math.max(1, Math.abs(value))
    if (!(difference <= largest)) largest = difference
    if (Number.isNaN(largest)) return largest
  }
  return largest
}
