import { describe, expect, test } from 'vitest'
import { featureStepSchema } from '#core/ports/plan'
import { fitFeatures, transformFeatures } from '#ml/features/fit-plan'
import { momentTexts } from '#ml/features/moments'
import { readRawColumns } from '#ml/features/read-raw-columns'
import type { TrainColumns } from '#ml/pipeline/data'
import { exportFeatures } from './export-features'
import { GraphBuilder } from './graph-builder'
import { writeOnnx } from './onnx-model'
import { madeUpRows, madeUpVectors, numberColumn, runtimes, textColumn } from './testing'

const rows = 400
const { texts } = madeUpRows(rows)
const oddNumbers = [Number.NaN, Number.POSITIVE_INFINITY, 1e39, -1e38, 3e38, -0, 1e-40, 16_777_217]
const odd = ['', ' ', '\u0001', 'BUY now!!', 'a\u0001b', '¿Qué? 12 %', '😀 A\ud800 Ü', 'x\0y Z', '\u3000wide\u00a0space ', 'É'.repeat(300)]
odd.push('2024-02-30', '2024-13-01', '0000-01-01', '2024-1-1', '2024-01-01 late', '2024-01-01T25:61', '2024-01-01T10:00+00:07', '24-01-01')
odd.push(
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59.999Z',
  '2024-03-01T10:30-0930',
  '2024-03-01t10:30:15.25+05:45',
  '2024-02-29 23:59',
)
odd.push('2024-03-01T10:30:00+02:00\u0001', '2024-03-0110:30', '2024-03-01T10:30 ')
const moment = (i: number) => new Date(i * 3.1e10 - 4e12).toISOString().slice(0, [10, 19, 24][i % 3])
const columns: TrainColumns = {
  text: textColumn(texts),
  amount: numberColumn(Array.from({ length: rows }, (_, i) => oddNumbers[i % 40] ?? (((i * 7919) % 997) - 300) * 10)),
  size: numberColumn(Array.from({ length: rows }, (_, i) => (i % 9 === 0 ? Number.NaN : (i * 31) % 17))),
  kind: textColumn(Array.from({ length: rows }, (_, i) => ['a', 'b', 'ü', '', `rare ${i}`][(i * 7) % 5] ?? '')),
  plan: textColumn(Array.from({ length: rows }, (_, i) => ['pro', 'free', 'a'][((i * 13) % 17) % 3] ?? '')),
  colour: textColumn(Array.from({ length: rows }, (_, i) => ['red', '', 'blue'][((i * 3) % 11) % 3] ?? '')),
  made: textColumn(Array.from({ length: rows }, (_, i) => odd[i % 50] ?? moment(i))),
  sent: numberColumn(Array.from({ length: rows }, (_, i) => (i % 11 === 0 ? Number.NaN : i * 8.7e9 - 3e11 + (i % 7)))),
  shout: textColumn(Array.from({ length: rows }, (_, i) => odd[i % 60] ?? texts[i] ?? '')),
  same: numberColumn(Array.from({ length: rows }, () => 3)),
}
const answers = { y: Int32Array.from({ length: rows }, (_, i) => ((i * 7) % 5 === 0 ? 1 : (i * 31) % 3)), classes: ['no', 'yes', 'so'] }
const half = Int32Array.from({ length: rows / 2 }, (_, row) => row)
const all = Int32Array.from({ length: rows }, (_, row) => row)

const [five, two] = [madeUpVectors(5), madeUpVectors(2)]

/** Three rows of made-up weights a term. */
const outputs = 3
const weightsOf = (terms: number) => Float32Array.from({ length: terms * outputs }, (_, i) => Math.sin(i * 12.9898))

async function rowsInOnnx(steps: readonly object[], form: 'dense' | 'product', runtime: keyof typeof runtimes) {
  const raw = await readRawColumns(
    columns,
    steps.map((step) => featureStepSchema.parse(step)),
    undefined,
    { answers, seed: 7 },
    { ...five.vectors, ...two.vectors },
  )
  const features = await fitFeatures(raw, half)
  const graph = new GraphBuilder()
  const tensors = exportFeatures(graph, features)
  const made = form === 'dense' ? tensors.dense() : tensors.product(weightsOf(features.terms), outputs)
  graph.output('out', 'Identity', [made])
  const read = Object.entries(columns).filter(([name]) => graph.nodes.some(({ inputs }) => inputs.includes(name)))
  const bytes = writeOnnx({
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs: read.map(([name, { type }]) => ({ name, type: type === 'number' && name !== 'sent' ? 'float' : 'string', dims: ['N', 1] })),
    outputs: [{ name: 'out', type: 'float' }],
    metadata: {},
  })
  const ort = await runtimes[runtime]()
  const executionProviders = [runtime === 'native' ? 'cpu' : 'wasm']
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4, intraOpNumThreads: 1, executionProviders })
  const feeds = read.map(([name, column]) => [
    name,
    column.type === 'number' && name !== 'sent'
      ? new ort.Tensor('float32', Float32Array.from(column.values), [rows, 1])
      : new ort.Tensor('string', [...momentTexts(column)], [rows, 1]),
  ])
  const { out } = await session.run(Object.fromEntries(feeds))
  await session.release()
  // the output is declared as float
  return { theirs: out?.data as Float32Array, x: transformFeatures(features, raw, all) }
}

const number = { kind: 'number', columns: ['amount', 'size'], impute: 'median', indicator: true, scale: 'standard' }
const category = { kind: 'category', columns: ['kind', 'plan'], minRows: 3, maxValues: 20, encoding: 'one-hot' }
const cross = { ...category, kind: 'cross', columns: ['kind', 'plan', 'colour'] }
const parts = ['year', 'month', 'day', 'weekday', 'hour']
const date = {
  kind: 'date',
  columns: ['made', 'sent'],
  parts,
  cyclic: false,
  ageTo: 'latest',
  impute: 'mean',
  indicator: true,
  scale: 'none',
}
const statistics = {
  kind: 'statistics',
  columns: ['shout', 'text'],
  statistics: ['characters', 'words', 'word-length', 'capitals', 'digits', 'punctuation', 'exclamations', 'questions'],
  scale: 'none',
}
const words = {
  kind: 'text',
  columns: ['text'],
  words: { min: 1, max: 2 },
  chars: null,
  weighting: 'tf-idf',
  sublinear: true,
  lowercase: true,
}
const text = { ...words, minRows: 2, maxShare: 1, maxTerms: 5_000 }
const plans: { name: string; steps: object[]; isDenseOnly?: boolean }[] = [
  {
    name: 'numbers in every shape',
    steps: [
      { ...number, scale: 'quantile' },
      { ...number, impute: 'mean', scale: 'log' },
      { ...number, impute: 'constant', constant: -3, indicator: false, scale: 'robust' },
      { ...number, impute: 'most-frequent', columns: ['size', 'amount', 'same'], bins: { count: 7, by: 'quantile' } },
      { ...number, indicator: false, columns: ['size'], bins: { count: 4, by: 'width' } },
    ],
  },
  {
    name: 'numbers that stay missing',
    isDenseOnly: true,
    steps: [
      { ...number, impute: 'none', scale: 'quantile' },
      { ...number, impute: 'none', indicator: false, scale: 'log' },
      { ...number, impute: 'none', bins: { count: 5, by: 'quantile' } },
    ],
  },
  {
    name: 'ranks and shares of categories',
    steps: [
      { ...category, encoding: 'ordinal' },
      { ...category, encoding: 'target' },
    ],
  },
  { name: 'crosses', steps: [cross, { ...cross, encoding: 'target', smoothing: 0 }, { ...cross, encoding: 'ordinal' }] },
  { name: 'crosses as codes', isDenseOnly: true, steps: [{ ...cross, encoding: 'codes' }] },
  {
    name: 'hashed words',
    steps: [
      { ...text, hashBits: 8 },
      { ...text, words: { min: 2, max: 3 }, hashBits: 12, weighting: 'count' },
    ],
  },
  { name: 'dates', steps: [date] },
  { name: 'dates in cycles, scaled', steps: [{ ...date, cyclic: true, ageTo: '2026-01-31T18:00:00Z', scale: 'standard' }] },
  { name: 'dates that stay missing', isDenseOnly: true, steps: [{ ...date, impute: 'none' }] },
  { name: 'statistics of texts', steps: [statistics, { ...statistics, scale: 'quantile' }] },
  {
    name: 'a selection of words, hashed and not',
    steps: [
      text,
      { ...text, hashBits: 10, weighting: 'count' },
      { ...text, words: null, chars: { min: 2, max: 3 }, weighting: 'binary' },
      { kind: 'selection', columns: [], method: 'chi-square', keep: 60, above: 0 },
    ],
  },
  {
    name: 'mean vectors of words',
    steps: [
      { ...five.step, columns: ['text', 'shout'] },
      { ...five.step, weighting: 'idf', indicator: true },
      { ...five.step, weighting: 'sif', smoothing: 0.01, lowercase: false, indicator: true },
      { ...two.step, weighting: 'sif', columns: ['shout'] },
    ],
  },
  { name: 'fewer dimensions than outputs', steps: [{ ...two.step, weighting: 'idf', indicator: true }] },
  {
    name: 'a selection of mean vectors, beside words',
    steps: [
      text,
      { ...five.step, indicator: true },
      two.step,
      { kind: 'selection', columns: [], method: 'f-test', keep: 30, above: 0 },
      statistics,
    ],
  },
  {
    name: 'a selection of everything, and more after it',
    steps: [
      text,
      category,
      { ...category, encoding: 'target' },
      { ...number, scale: 'minmax' },
      date,
      { kind: 'selection', columns: [], method: 'f-test', keep: 40, above: 0 },
      statistics,
      { kind: 'selection', columns: [], method: 'mutual-information', keep: 30, above: 0.001 },
      cross,
    ],
  },
]

describe.each(plans)('$name', ({ steps, isDenseOnly = false }) => {
  test.each(['native', 'web'] as const)('side by side as we do in %s', async (runtime) => {
    const { theirs, x } = await rowsInOnnx(steps, 'dense', runtime)
    expect(theirs.length).toBe(rows * x.terms)
    let most = 0
    for (let row = 0; row < rows; row++) {
      const mine = new Float32Array(x.terms)
      for (let j = x.ptr[row] ?? 0; j < (x.ptr[row + 1] ?? 0); j++) mine[x.ids[j] ?? 0] = x.values[j] ?? 0
      for (const [term, value] of mine.entries()) {
        const other = theirs[row * x.terms + term] ?? 0
        const gap = Object.is(value, other) || value === other ? 0 : Math.abs(value - other) / Math.max(1, Math.abs(value))
        if (!(gap <= 1e-6)) expect.fail(`row ${row}, ${x.nameOf?.(term)}: ${value} here, ${other} there`)
        most = Math.max(most, gap)
      }
    }
    expect(most).toBeLessThanOrEqual(1e-6)
  })

  test.skipIf(isDenseOnly).each(['native', 'web'] as const)('times weights as we do in %s', async (runtime) => {
    const { theirs, x } = await rowsInOnnx(steps, 'product', runtime)
    const weights = weightsOf(x.terms)
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < outputs; k++) {
        let [sum, size] = [0, 1]
        for (let j = x.ptr[row] ?? 0; j < (x.ptr[row + 1] ?? 0); j++) {
          const part = (x.values[j] ?? 0) * (weights[(x.ids[j] ?? 0) * outputs + k] ?? 0)
          sum += part
          size += Math.abs(part)
        }
        expect(Math.abs((theirs[row * outputs + k] ?? Number.NaN) - sum) / size).toBeLessThanOrEqual(1e-6)
      }
    }
  })
})
