import { AppError } from '#core/errors/app-error'
import { type ModelFile, readModelFile } from '#core/model/model-file'
import type { PredictRow, Signature } from '#core/model/signature'
import { parseMoment } from '#ml/features/moments'
import { prepareRow, secretsOf } from '#ml/features/prepare'
import { modelText } from '#ml/features/raw-columns'

type Ort = typeof import('onnxruntime-web/wasm')
type Session = Awaited<ReturnType<Ort['InferenceSession']['create']>>

/** One answer; `id` is made here, and is that of the prediction when it is reported. */
export type EdgeAnswer = { id: string } & (
  | { label: string; confidence: number; probabilities: Record<string, number> }
  | { value: number; interval: { low: number; high: number; share: number } }
)

/** A model that answers where it was loaded: no record leaves this page. */
export type EdgeModel = {
  signature: Signature
  /** Empty when it answers a number. */
  classes: readonly string[]
  /** Answers records in their order. Every field of the signature must be there; null when it is not known. */
  predict(records: readonly PredictRow[]): Promise<EdgeAnswer[]>
  /** Frees the model's memory; it answers no more. */
  close(): Promise<void>
}

export type EdgeModelFiles = {
  /** Address of the .onnx file. */
  model: string
  /** Folder of onnxruntime-web's files, with a slash at its end. */
  runtime: string
}

/** Rows that run together: more are no faster, and stop the page for longer. */
const batchRows = 64

/** Loads a model with the runtime beside it, and runs it once on its own example, which compiles it. */
export async function openEdgeModel({ model, runtime }: EdgeModelFiles): Promise<EdgeModel> {
  const [ort, bytes] = await Promise.all([loadRuntime(runtime), readBytes(model)])
  const file = readModelFile(bytes)
  const [secret] = secretsOf(file.prepare)
  if (secret !== undefined) {
    throw new AppError('forbidden', {
      detail: `This model hashes personal data with the secret ${secret}, which never leaves the server: it cannot be run in a browser.`,
    })
  }
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] })
  const loaded = { ort, session, file }
  await answer(loaded, [Object.fromEntries(file.signature.inputs.map(({ name, example }) => [name, example]))])
  return {
    signature: file.signature,
    classes: file.classes,
    async predict(records) {
      const answers: EdgeAnswer[] = []
      for (let from = 0; from < records.length; from += batchRows) {
        answers.push(...(await answer(loaded, records.slice(from, from + batchRows))))
      }
      return answers
    },
    close: () => session.release(),
  }
}

type Loaded = { ort: Ort; session: Session; file: ModelFile }

async function answer({ ort, session, file }: Loaded, records: readonly PredictRow[]): Promise<EdgeAnswer[]> {
  const rows = records.map((record) => prepareRow(file.prepare, record))
  const outputs = await session.run(Object.fromEntries(file.signature.inputs.map((input) => [input.name, columnOf(ort, input, rows)])))
  if (file.reference.task === 'regression') {
    const { share, low, high } = file.reference.residuals
    const values = floats(outputs.value?.data, 'value')
    return rows.map((_, i) => {
      const value = values[i] ?? Number.NaN
      return { id: newId(), value, interval: { low: value + low, high: value + high, share } }
    })
  }
  const probabilities = floats(outputs.probabilities?.data, 'probabilities')
  const width = file.classes.length
  return rows.map((_, i) => {
    const label = String(outputs.label?.data[i] ?? '')
    const own = file.classes.map((name, k) => [name, probabilities[i * width + k] ?? 0] as const)
    return {
      id: newId(),
      label,
      confidence: probabilities[i * width + file.classes.indexOf(label)] ?? 0,
      probabilities: Object.fromEntries(own),
    }
  })
}

function columnOf(ort: Ort, { name, type, format }: Signature['inputs'][number], rows: readonly PredictRow[]) {
  const shape = [rows.length, 1]
  const values = rows.map((row, i) => {
    const value = row[name]
    if (value === undefined)
      throw new AppError('bad_input', {
        detail: `Record ${i + 1} lacks the field "${name}". Send null when it is not known.`,
        hint: { column: name },
      })
    return value
  })
  if (type === 'number') {
    const numbers = values.map((value) => (value === null || value === '' ? Number.NaN : Number(value)))
    return new ort.Tensor('float32', Float32Array.from(numbers), shape)
  }
  const texts = values.map((value) => (value === null ? '' : modelText(String(value))))
  const at = format === 'moment' ? texts.findIndex((text) => text !== '' && Number.isNaN(parseMoment(text))) : -1
  if (at >= 0) {
    throw new AppError('bad_input', {
      detail: `"${name}" must be a date such as 2026-01-31 or 2026-01-31T18:00:00Z, or empty.`,
      hint: { column: name },
    })
  }
  return new ort.Tensor('string', texts, shape)
}

function floats(data: unknown, name: string): Float32Array {
  if (data instanceof Float32Array) return data
  throw new AppError('bad_file', { detail: `The model file has no output named ${name}.` })
}

/** 96 random bits, written as the gateway writes the ids of its predictions. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return `p_${btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')}`
}

async function readBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url)
  if (!response.ok)
    throw new AppError('unavailable', { detail: `The model file did not load (status ${response.status}). Reload the page.` })
  return new Uint8Array(await response.arrayBuffer())
}

/** The runtime's files are served as they are: 13 MB of wasm belong in no bundle, and only who tries a model needs them. */
async function loadRuntime(folder: string): Promise<Ort> {
  const base = new URL(folder, location.href).href
  const url = `${base}ort.wasm.min.mjs`
  // The file is the module that the types describe; a bundler must not look for it.
  const ort = (await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ url)) as Ort
  ort.env.wasm.wasmPaths = base
  ort.env.wasm.numThreads = 1
  return ort
}
