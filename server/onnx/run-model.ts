import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { AppError } from '#core/errors/app-error'
import { modelText } from '#ml/features/raw-columns'
import type { ClassAnswers, NumberAnswers, OnnxAnswers, OnnxInputs, OnnxModel, OnnxRuntime } from '#stages/define'
import { sessionOptions } from './session-options.mjs'

/**
 * Text graphs pad every row to the longest of its batch. So rows of like length go together, and a batch is bounded by
 * rows x longest text: one novel among a thousand tweets must not cost a thousand novels. Small batches stay in the
 * processor's cache; larger ones are slower.
 */
const maxBatchRows = 256
const maxBatchChars = 200_000

/** Loads a .onnx file. Close it when done. */
export async function openModel(bytes: Uint8Array, runtime: OnnxRuntime): Promise<OnnxModel> {
  const ort = await runtimes[runtime]()
  const session = await createSession(ort, bytes, runtime)
  return {
    run: (inputs, rows) => runInBatches(ort, session, inputs, rows),
    close: () => session.release(),
  }
}

type Ort = { InferenceSession: typeof InferenceSession; Tensor: typeof Tensor }

const runtimes: Record<OnnxRuntime, () => Promise<Ort>> = {
  native: async () => import('onnxruntime-node'),
  web: async () => {
    const ort = await import('onnxruntime-web')
    ort.env.wasm.numThreads = 1
    return ort
  },
}

async function createSession(ort: Ort, bytes: Uint8Array, runtime: OnnxRuntime): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(bytes, {
      ...sessionOptions,
      executionProviders: [runtime === 'native' ? 'cpu' : 'wasm'],
    })
  } catch (cause) {
    throw new AppError('bad_file', {
      detail: `The model file cannot be loaded by the ${runtime} runtime: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    })
  }
}

async function runInBatches(ort: Ort, session: InferenceSession, inputs: OnnxInputs, rows: number): Promise<OnnxAnswers> {
  const missing = session.inputNames.filter((name) => inputs[name] === undefined)
  if (missing.length > 0) throw new AppError('bad_input', { detail: `The model needs the column ${missing.join(', ')}.` })
  const runBatch = (batch: Int32Array) =>
    session.run(Object.fromEntries(session.inputNames.map((name) => [name, tensorOf(ort, inputs[name] ?? [], batch)])))
  return session.outputNames.includes('value') ? runNumbers(runBatch, inputs, rows) : runClasses(runBatch, inputs, rows)
}

type RunBatch = (batch: Int32Array) => Promise<InferenceSession.OnnxValueMapType>

async function runNumbers(runBatch: RunBatch, inputs: OnnxInputs, rows: number): Promise<NumberAnswers> {
  const values = new Float32Array(rows)
  for (const batch of batchesOf(inputs, rows)) {
    const data = (await runBatch(batch)).value?.data
    if (!(data instanceof Float32Array))
      throw new AppError('bad_file', { detail: 'The output "value" of the model file holds no numbers; it was not made by Stageline.' })
    for (const [i, row] of batch.entries()) values[row] = data[i] ?? Number.NaN
  }
  return { task: 'regression', values }
}

async function runClasses(runBatch: RunBatch, inputs: OnnxInputs, rows: number): Promise<ClassAnswers> {
  const labels = new Array<string>(rows).fill('')
  let probabilities = new Float32Array(0)
  for (const batch of batchesOf(inputs, rows)) {
    const answers = await runBatch(batch)
    const data = answers.probabilities?.data
    if (!answers.label || !(data instanceof Float32Array)) {
      throw new AppError('bad_file', {
        detail: 'The model file has no outputs named label and probabilities; it was not made by Stageline.',
      })
    }
    const width = data.length / batch.length
    if (probabilities.length === 0) probabilities = new Float32Array(rows * width)
    for (const [i, row] of batch.entries()) {
      labels[row] = String(answers.label.data[i])
      probabilities.set(data.subarray(i * width, (i + 1) * width), row * width)
    }
  }
  return { task: 'classification', labels, probabilities }
}

function tensorOf(ort: Ort, values: readonly string[] | Float32Array, batch: Int32Array): Tensor {
  const shape = [batch.length, 1]
  return values instanceof Float32Array
    ? new ort.Tensor(
        'float32',
        Float32Array.from(batch, (row) => values[row] ?? Number.NaN),
        shape,
      )
    : new ort.Tensor(
        'string',
        Array.from(batch, (row) => modelText(values[row] ?? '')),
        shape,
      )
}

/** Every row once, shortest first, in batches within both bounds. A row longer than the bound is a batch of its own. */
export function batchesOf(inputs: OnnxInputs, rows: number): Int32Array[] {
  const lengths = new Float64Array(rows)
  for (const values of Object.values(inputs)) {
    if (values instanceof Float32Array || values instanceof Float64Array) continue
    for (let row = 0; row < rows; row++) lengths[row] = (lengths[row] ?? 0) + (values[row]?.length ?? 0)
  }
  const lengthOf = (row: number) => lengths[row] ?? 0
  const order = Int32Array.from(lengths, (_, row) => row).sort((a, b) => lengthOf(a) - lengthOf(b) || a - b)
  const found: Int32Array[] = []
  for (let from = 0, to = 0; from < rows; from = to) {
    for (to = from + 1; to < rows && to - from < maxBatchRows; to++) {
      if (lengthOf(order[to] ?? 0) * (to - from + 1) > maxBatchChars) break
    }
    found.push(order.subarray(from, to))
  }
  return found
}
