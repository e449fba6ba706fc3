import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { AppError } from '#core/errors/app-error'
import { modelText } from '#ml/features/raw-columns'
import type { OnnxAnswers, OnnxInputs, OnnxModel, OnnxRuntime } from '#stages/define'

/**
 * Text graphs pad every row to the longest of its batch, so a batch is bounded by rows x longest text, not by rows alone:
 * one novel among a thousand tweets must not cost a thousand novels of memory.
 */
const maxBatchRows = 512
const maxBatchChars = 2_000_000

/** Loads a .onnx file. One thread: the same sums in the same order at every run. Close it when done. */
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
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
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
  const labels: string[] = []
  const parts: Float32Array[] = []
  for (const { from, to } of batches(inputs, rows)) {
    const feeds = Object.fromEntries(session.inputNames.map((name) => [name, tensorOf(ort, inputs[name] ?? [], from, to)]))
    const { label, probabilities } = await session.run(feeds)
    if (!label || !(probabilities?.data instanceof Float32Array)) {
      throw new AppError('bad_file', {
        detail: 'The model file has no outputs named label and probabilities; it was not made by Stageline.',
      })
    }
    for (const value of label.data) labels.push(String(value))
    parts.push(probabilities.data)
  }
  return { labels, probabilities: joined(parts) }
}

function tensorOf(ort: Ort, values: readonly string[] | Float32Array, from: number, to: number): Tensor {
  const shape = [to - from, 1]
  return values instanceof Float32Array
    ? new ort.Tensor('float32', values.slice(from, to), shape)
    : new ort.Tensor('string', values.slice(from, to).map(modelText), shape)
}

/** Consecutive row ranges, each within both bounds. */
export function batches(inputs: OnnxInputs, rows: number): { from: number; to: number }[] {
  const texts = Object.values(inputs).filter((values) => !(values instanceof Float32Array)) as (readonly string[])[]
  const ranges: { from: number; to: number }[] = []
  let from = 0
  let longest = 0
  for (let row = 0; row < rows; row++) {
    const length = texts.reduce((sum, values) => sum + (values[row]?.length ?? 0), 0)
    const next = Math.max(longest, length)
    const full = row > from && (row - from >= maxBatchRows || next * (row - from + 1) > maxBatchChars)
    if (full) {
      ranges.push({ from, to: row })
      from = row
    }
    longest = full ? length : next
  }
  if (rows > from) ranges.push({ from, to: rows })
  return ranges
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}
