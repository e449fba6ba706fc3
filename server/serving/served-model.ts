import { readModelFile } from '#core/model/model-file'
import type { PredictRow, Signature } from '#core/model/signature'
import type { PrepareStep } from '#core/ports/plan'
import { openModel } from '#server/onnx/run-model'
import type { OnnxInputs } from '#stages/define'
import { microBatch } from './micro-batch'

export type Answer = { label: string; confidence: number; probabilities: Float32Array; input: PredictRow }

/** A model version in memory, ready to answer. */
export type ServedModel = {
  versionId: string
  version: number
  model: string
  signature: Signature
  classes: readonly string[]
  /** Answers checked rows, in order. `input` is the row after the plan's prepare steps: what the model saw. */
  predict(rows: readonly PredictRow[]): Promise<Answer[]>
  /** Frees the session after the last request inside is answered. */
  close(): Promise<void>
}

export type ModelSource = { versionId: string; version: number; model: string; bytes: Uint8Array }

/** Makes the plan's prepare steps ready for single rows; keyed steps ask for their secret once, here. */
export type OpenPrepare = (steps: readonly PrepareStep[]) => Promise<(row: PredictRow) => PredictRow>

/** Loads a model file and runs it once on its own example row, so that the first caller does not pay for the warm-up. */
export async function loadModel(source: ModelSource, openPrepare: OpenPrepare): Promise<ServedModel> {
  const { signature, classes, prepare: steps } = readModelFile(source.bytes)
  const prepare = await openPrepare(steps)
  const session = await openModel(source.bytes, 'native')

  const batch = microBatch(async (rows: readonly PredictRow[]): Promise<Answer[]> => {
    const inputs = rows.map(prepare)
    const { labels, probabilities } = await session.run(toColumns(signature, inputs), rows.length)
    const width = classes.length
    return inputs.map((input, i) => {
      const own = probabilities.subarray(i * width, (i + 1) * width)
      return { input, label: labels[i] ?? '', confidence: largest(own), probabilities: own }
    })
  })

  await batch.run([Object.fromEntries(signature.inputs.map((input) => [input.name, input.example]))])
  return {
    versionId: source.versionId,
    version: source.version,
    model: source.model,
    signature,
    classes,
    predict: batch.run,
    async close() {
      await batch.drained()
      await session.close()
    },
  }
}

function toColumns(signature: Signature, rows: readonly PredictRow[]): OnnxInputs {
  const columns: OnnxInputs = {}
  for (const { name, type } of signature.inputs) {
    columns[name] =
      type === 'number'
        ? Float32Array.from(rows, (row) => toNumber(row[name]))
        : rows.map((row) => (row[name] == null ? '' : String(row[name])))
  }
  return columns
}

function toNumber(value: PredictRow[string] | undefined): number {
  return value === null || value === undefined || value === '' ? Number.NaN : Number(value)
}

function largest(values: Float32Array): number {
  let most = 0
  for (const value of values) if (value > most) most = value
  return most
}
