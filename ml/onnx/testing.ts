import type { TextStep, VectorsStep } from '#core/ports/plan'
import { momentTexts } from '#ml/features/moments'
import { modelText } from '#ml/features/raw-columns'
import type { WordVectorSets } from '#ml/features/word-vectors'
import type { TrainColumns } from '#ml/pipeline/data'
import { fitPipeline } from '#ml/pipeline/fit'
import type { FitArgs } from '#ml/pipeline/fit-args'
import type { FittedClassifier, FittedPipeline, FittedRegressor } from '#ml/pipeline/fitted-pipeline'
import { predictPipeline } from '#ml/pipeline/predict'

/** Both runtimes as tests use them, loaded once. */
export const runtimes = {
  native: async () => import('onnxruntime-node'),
  web: async () => {
    const ort = await import('onnxruntime-web')
    ort.env.wasm.numThreads = 1
    ort.env.logLevel = 'fatal'
    return ort
  },
}
export type RuntimeName = keyof typeof runtimes

/** Outputs of a .onnx on raw columns, all rows in one batch. */
async function runSession(bytes: Uint8Array, pipeline: FittedPipeline, columns: TrainColumns, runtime: RuntimeName) {
  const ort = await runtimes[runtime]()
  const session = await ort.InferenceSession.create(bytes, {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
    executionProviders: [runtime === 'native' ? 'cpu' : 'wasm'],
  })
  const feeds = Object.fromEntries(
    pipeline.signature.inputs.map(({ name, format }) => {
      const column = columns[name]
      const shape = [column?.values.length ?? 0, 1]
      if (column && format === 'moment') return [name, new ort.Tensor('string', [...momentTexts(column)], shape)]
      return [
        name,
        column?.type === 'number'
          ? new ort.Tensor('float32', Float32Array.from(column.values), shape)
          : new ort.Tensor('string', (column?.values ?? []).map(modelText), shape),
      ]
    }),
  )
  const outputs = await session.run(feeds)
  await session.release()
  return outputs
}

/** Answers of a classifier's .onnx. */
export async function runOnnx(bytes: Uint8Array, pipeline: FittedClassifier, columns: TrainColumns, runtime: RuntimeName) {
  const { label, probabilities } = await runSession(bytes, pipeline, columns, runtime)
  return { labels: [...(label?.data ?? [])].map(String), probabilities: Float32Array.from(probabilities?.data as Float32Array) }
}

/** The numbers that a .onnx answers with, of whatever task. */
export async function runPipeline(bytes: Uint8Array, pipeline: FittedPipeline, columns: TrainColumns, runtime: RuntimeName) {
  const { value, probabilities } = await runSession(bytes, pipeline, columns, runtime)
  // both outputs are declared as float
  return Float32Array.from((value ?? probabilities)?.data as Float32Array)
}

/** Largest difference between a runtime's probabilities and our own, and how many labels differ. */
export async function compareWithOnnx(bytes: Uint8Array, pipeline: FittedClassifier, columns: TrainColumns, runtime: RuntimeName) {
  const mine = predictPipeline(pipeline, columns)
  const theirs = await runOnnx(bytes, pipeline, columns, runtime)
  let difference = mine.probabilities.length === theirs.probabilities.length ? 0 : Number.POSITIVE_INFINITY
  for (const [i, value] of mine.probabilities.entries()) {
    const gap = Math.abs(value - (theirs.probabilities[i] ?? Number.NaN))
    difference = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(difference, gap)
  }
  const labels = theirs.labels.filter((label, row) => label !== pipeline.classes[mine.labels[row] ?? -1]).length
  return { difference, labels }
}

/** Largest difference between a runtime's numbers and our own, of each as a share of its size when that is above 1. */
export async function compareValuesWithOnnx(bytes: Uint8Array, pipeline: FittedRegressor, columns: TrainColumns, runtime: RuntimeName) {
  const mine = predictPipeline(pipeline, columns).values
  const { value } = await runSession(bytes, pipeline, columns, runtime)
  // the output is declared as float
  const theirs = value?.data as Float32Array | undefined
  if (theirs?.length !== mine.length) return Number.POSITIVE_INFINITY
  return mine.reduce((most, own, i) => {
    const gap = Math.abs(own - (theirs[i] ?? Number.NaN)) / Math.max(1, Math.abs(own))
    return gap <= most ? most : Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap
  }, 0)
}

export const textColumn = (values: readonly string[]) => ({
  type: 'text' as const,
  values,
  missing: Uint8Array.from(values, (value) => (value === '' ? 1 : 0)),
})

export const numberColumn = (values: readonly number[]) => ({ type: 'number' as const, values: Float64Array.from(values) })

export const textStep = (step: Partial<TextStep>): TextStep => ({
  kind: 'text',
  columns: ['text'],
  words: { min: 1, max: 2 },
  chars: null,
  weighting: 'tf-idf',
  sublinear: true,
  lowercase: true,
  minRows: 1,
  maxShare: 1,
  maxTerms: 100_000,
  ...step,
})

/** fitPipeline with settings that tests share, of a classifier. */
export async function fitOn(args: Partial<FitArgs> & Pick<FitArgs, 'columns' | 'target'>): Promise<FittedClassifier> {
  const pipeline = await fitPipeline({
    plan: { prepare: [], features: [] },
    estimator: { kind: 'logistic-regression', c: 10, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 60 },
    calibration: 'temperature',
    seed: 7,
    ...args,
  })
  if (pipeline.task !== 'classification') throw new Error(`a ${pipeline.estimator.kind} model is no classifier`)
  return pipeline
}

/** Rows of made-up messages in three classes, with repeats, rare words and odd characters. */
export function madeUpRows(rows: number): { texts: string[]; labels: string[] } {
  const words = [
    ['card', 'arrived', 'Declined', 'KARTE', 'naïve', 'payment'],
    ['transfer', 'Überweisung', 'pending', 'money', 'sent', 'İstanbul'],
    ['pin', 'code', 'blocked', 'Ελλάς', 'ПИН', '日本語'],
  ]
  const shared = ['my', 'the', 'is', "don't", 'a', '2', 'x_y', '😀', '—', '\u0001', 'I']
  const texts: string[] = []
  const labels: string[] = []
  let state = 12345
  const next = (n: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % n
  }
  for (let row = 0; row < rows; row++) {
    const label = next(3)
    const length = next(14)
    const text = Array.from({ length }, () => {
      const own = words[next(10) < 8 ? label : next(3)] ?? []
      return next(3) > 0 ? own[next(own.length)] : (shared[next(shared.length)] ?? '')
    })
    texts.push(text.join(next(5) === 0 ? ', ' : ' '))
    labels.push(['card', 'transfer', 'pin'][label] ?? '')
  }
  return { texts, labels }
}

/** Raw columns of every kind for the rows of madeUpRows from `from`, whose labels lie in a date, in a pair of columns, in a category of many values and in capitals. */
export function madeUpColumns({ texts, labels }: ReturnType<typeof madeUpRows>, from: number, rows: number) {
  const all = Array.from({ length: rows }, (_, i) => from + i)
  return {
    text: textColumn(all.map((i) => (labels[i] === 'pin' ? (texts[i] ?? '').toUpperCase() : (texts[i] ?? '')))),
    sent: numberColumn(all.map((i) => (i % 13 === 0 ? Number.NaN : 1.6e12 + ((i * 5 + (labels[i]?.length ?? 0)) % 400) * 86_400_000))),
    written: textColumn(all.map((i) => (i % 17 === 0 ? 'unknown' : `2024-0${1 + (i % 9)}-1${i % 10}T${10 + (i % 14)}:30:00+02:00`))),
    a: textColumn(all.map((i) => `a${i % 3}`)),
    b: textColumn(all.map((i) => `b${(i + (labels[i]?.length ?? 0)) % 3}`)),
    person: textColumn(all.map((i) => `${labels[i]?.[0]}${i % 20}`)),
    size: numberColumn(all.map((i) => (i % 9 === 0 ? Number.NaN : 2000 + ((i * 31) % 17)))),
  }
}

/** Made-up vectors of some words of madeUpRows and of a few that it has not, and a step that looks words up in them. */
export function madeUpVectors(dimensions: number, change: Partial<VectorsStep> = {}) {
  const words = [
    'declined',
    'card',
    'money',
    'überweisung',
    'pin',
    'code',
    'ελλάς',
    'пин',
    '日本語',
    'x_y',
    'the',
    'my',
    'istanbul',
    'elsewhere',
    'PIN',
  ]
  const values = Float32Array.from({ length: words.length * dimensions }, (_, i) => Math.sin(i * 78.233) * 1.5)
  const artifact = dimensions.toString(16).padStart(64, 'a')
  const step: VectorsStep = {
    kind: 'vectors',
    columns: ['text'],
    artifact,
    words: words.length,
    dimensions,
    weighting: 'mean',
    lowercase: true,
    indicator: false,
    ...change,
  }
  return { step, vectors: { [artifact]: { words, dimensions, values } } satisfies WordVectorSets }
}

/** Texts, numbers and a category whose values hang on the labels of madeUpRows, for its rows from `from`. */
export function madeUpMeasures({ texts, labels }: ReturnType<typeof madeUpRows>, from: number, rows: number) {
  const all = Array.from({ length: rows }, (_, i) => from + i)
  const kind = (i: number) => labels[i]?.length ?? 0
  return {
    text: textColumn(all.map((i) => texts[i] ?? '')),
    amount: numberColumn(all.map((i) => (i % 11 === 0 ? Number.NaN : kind(i) * 12 + ((i * 37) % 17)))),
    year: numberColumn(all.map((i) => 2_000 + kind(i) + (i % 3))),
    plan: textColumn(all.map((i) => `plan ${(kind(i) + (i % 5 === 0 ? 1 : 0)) % 3}`)),
  }
}
