import type { ModelValue } from '#core/ports/kinds'
import type { TrainColumns } from '#ml/pipeline/data'
import { pause } from '#ml/pipeline/pause'
import type { StageContext } from '../define'
import { onnxInputs, sliceColumns } from '../predict-rows'

/** Asks a model about columns made up for the purpose: probabilities row by row, or a number a row. */
export type AskModel = (columns: TrainColumns) => Promise<Float32Array>

/** Rows answered between two looks at whether the stage was cancelled. */
const rowsPerStep = 1_024

/** Opens the model once for many questions, and closes it when `work` is done. */
export async function withModel<T>(model: ModelValue, ctx: StageContext, work: (ask: AskModel) => Promise<T>): Promise<T> {
  const session = await ctx.onnx.open(await ctx.artifacts.read(model.artifact), 'native')
  const width = Math.max(1, model.classes.length)
  const first = model.signature.inputs[0]?.name ?? ''
  try {
    return await work(async (columns) => {
      const rows = columns[first]?.values.length ?? 0
      const scores = new Float32Array(rows * width)
      for (let from = 0; from < rows; from += rowsPerStep) {
        await pause(ctx.signal)
        const to = Math.min(rows, from + rowsPerStep)
        const part = await session.run(onnxInputs(model.signature, sliceColumns(columns, from, to)), to - from)
        scores.set(part.task === 'classification' ? part.probabilities : part.values, from * width)
      }
      return scores
    })
  } finally {
    await session.close()
  }
}
