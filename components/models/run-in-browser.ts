import { AppError } from '#core/errors/app-error'
import { type ModelFile, readModelFile } from '#core/model/model-file'
import type { PredictRow } from '#core/model/signature'
import { parseMoment } from '#ml/features/moments'
import { prepareRow, secretsOf } from '#ml/features/prepare'
import { modelText } from '#ml/features/raw-columns'
import type { Trial } from '#server/registry/views'

type Ort = typeof import('onnxruntime-web/wasm')
type LoadedModel = { file: ModelFile; session: Awaited<ReturnType<Ort['InferenceSession']['create']>>; ort: Ort }

const models = new Map<string, Promise<LoadedModel>>()

/** Answers one row in this browser: the same file, the same prepare steps, onnxruntime's wasm build. The first call loads runtime and model. */
export async function runInBrowser(artifact: string, row: PredictRow): Promise<Trial> {
  const { file, session, ort } = await loadModel(artifact)
  const [secret] = secretsOf(file.prepare)
  if (secret !== undefined) {
    throw new AppError('forbidden', {
      detail: `This model hashes personal data with the secret ${secret}, which never leaves the server: it cannot be run in a browser.`,
    })
  }
  const prepared = prepareRow(file.prepare, row)
  const feeds = Object.fromEntries(
    file.signature.inputs.map(({ name, type, format }) => {
      const value = prepared[name] ?? null
      if (format === 'moment' && value && Number.isNaN(parseMoment(String(value)))) {
        throw new AppError('bad_input', {
          detail: `"${name}" must be a date such as 2026-01-31 or 2026-01-31T18:00:00Z, or empty.`,
          hint: { column: name },
        })
      }
      return [
        name,
        type === 'number'
          ? new ort.Tensor('float32', Float32Array.of(value === null || value === '' ? Number.NaN : Number(value)), [1, 1])
          : new ort.Tensor('string', [value === null ? '' : modelText(String(value))], [1, 1]),
      ]
    }),
  )
  const began = performance.now()
  const { value, label, probabilities } = await session.run(feeds)
  const milliseconds = performance.now() - began
  if (file.reference.task === 'regression') {
    if (!(value?.data instanceof Float32Array)) throw new AppError('bad_file', { detail: 'The model file has no output named value.' })
    const [number = Number.NaN] = value.data
    const { share, low, high } = file.reference.residuals
    return { value: number, interval: { low: number + low, high: number + high, share }, milliseconds }
  }
  if (!(probabilities?.data instanceof Float32Array))
    throw new AppError('bad_file', { detail: 'The model file has no output named probabilities.' })
  const values = Array.from(probabilities.data)
  const answer = String(label?.data[0] ?? '')
  return {
    label: answer,
    confidence: values[file.classes.indexOf(answer)] ?? 0,
    probabilities: file.classes.map((name, k) => ({ name, value: values[k] ?? 0 })),
    milliseconds,
  }
}

function loadModel(artifact: string): Promise<LoadedModel> {
  const known = models.get(artifact)
  if (known) return known
  const loading = open(artifact).catch((error) => {
    models.delete(artifact)
    throw error
  })
  models.set(artifact, loading)
  return loading
}

async function open(artifact: string): Promise<LoadedModel> {
  const [ort, response] = await Promise.all([loadRuntime(), fetch(`/api/artifacts/${artifact}`)])
  if (!response.ok)
    throw new AppError('unavailable', { detail: `The model file did not load (status ${response.status}). Reload the page.` })
  const bytes = new Uint8Array(await response.arrayBuffer())
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] })
  await warmUp(session, ort, bytes)
  return { file: readModelFile(bytes), session, ort }
}

/** The first answer compiles; it is not the one whose time is shown. */
async function warmUp(session: LoadedModel['session'], ort: Ort, bytes: Uint8Array): Promise<void> {
  const { signature } = readModelFile(bytes)
  await session.run(
    Object.fromEntries(
      signature.inputs.map(({ name, type, example }) => [
        name,
        type === 'number'
          ? new ort.Tensor('float32', Float32Array.of(Number(example)), [1, 1])
          : new ort.Tensor('string', [String(example)], [1, 1]),
      ]),
    ),
  )
}

/** The runtime's files are served as they are: 13 MB of wasm belong in no bundle, and only who tries a model needs them. */
async function loadRuntime(): Promise<Ort> {
  const url = '/ort/ort.wasm.min.mjs'
  // The file is the module that the types describe; a bundler must not look for it.
  const ort = (await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ url)) as Ort
  ort.env.wasm.wasmPaths = '/ort/'
  ort.env.wasm.numThreads = 1
  return ort
}
