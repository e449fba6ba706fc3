import { AppError } from '#core/errors/app-error'
import { readModelFile } from '#core/model/model-file'
import type { PredictRow, Reference, Signature } from '#core/model/signature'
import type { PrepareStep } from '#core/ports/plan'
import { openModel } from '#server/onnx/run-model'
import type { OnnxAnswers, OnnxInputs } from '#stages/define'
import { microBatch } from './micro-batch'

export type ClassAnswer = { label: string; confidence: number; probabilities: Float32Array; input: PredictRow }
export type NumberAnswer = { value: number; interval: { low: number; high: number; share: number }; input: PredictRow }
export type Answer = ClassAnswer | NumberAnswer

/** A model version in memory, ready to answer. */
export type ServedModel = {
  versionId: string
  version: number
  model: string
  signature: Signature
  /** Empty when it answers a number. */
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
  const { signature, classes, prepare: steps, reference } = readModelFile(source.bytes)
  const prepare = await openPrepare(steps)
  const indexes = new Map(classes.map((name, k) => [name, k]))
  const session = await openModel(source.bytes, 'native')

  const batch = microBatch(async (rows: readonly PredictRow[]): Promise<Answer[]> => {
    const inputs = rows.map(prepare)
    return toAnswers(await session.run(toColumns(signature, inputs), rows.length), inputs, { reference, indexes })
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

function toAnswers(
  answers: OnnxAnswers,
  inputs: readonly PredictRow[],
  { reference, indexes }: { reference: Reference; indexes: ReadonlyMap<string, number> },
): Answer[] {
  if (answers.task === 'regression') {
    if (reference.task !== 'regression') {
      throw new AppError('bad_file', {
        detail: 'The model file answers numbers, but its training reference is of classes; it was not made by Stageline.',
      })
    }
    const { share, low, high } = reference.residuals
    return inputs.map((input, i) => {
      const value = answers.values[i] ?? Number.NaN
      return { input, value, interval: { low: value + low, high: value + high, share } }
    })
  }
  const { labels, probabilities } = answers
  const width = probabilities.length / Math.max(1, inputs.length)
  return inputs.map((input, i) => {
    const own = probabilities.subarray(i * width, (i + 1) * width)
    const label = labels[i] ?? ''
    // where a threshold decides, the label need not be the most probable class
    return { input, label, confidence: own[indexes.get(label) ?? 0] ?? 0, probabilities: own }
  })
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
