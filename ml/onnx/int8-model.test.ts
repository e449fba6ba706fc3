import { onnx } from 'onnx-proto'
import { describe, expect, test } from 'vitest'
import { type Estimator, type EstimatorKind, estimatorSchema, estimators, taskOf } from '#core/estimators/estimators'
import { type FeatureStep, featureStepSchema } from '#core/ports/plan'
import { fitPipeline } from '#ml/pipeline/fit'
import type { FittedPipeline } from '#ml/pipeline/fitted-pipeline'
import { predictPipeline } from '#ml/pipeline/predict'
import { fitTasteful } from '#ml/recommend/testing'
import { exportPipeline } from './export-pipeline'
import { GraphBuilder } from './graph-builder'
import { int8Model } from './int8-model'
import { writeOnnx } from './onnx-model'
import { quantiseOnnx } from './quantise'
import { madeUpMeasures, madeUpRows, madeUpVectors, runPipeline, textColumn, textStep } from './testing'

const quick: Partial<Record<EstimatorKind, Record<string, unknown>>> = {
  'gradient-boosting': { trees: 10 },
  'gradient-boosting-regression': { trees: 10 },
  'random-forest': { trees: 10 },
  'random-forest-regression': { trees: 10 },
  'extra-trees': { trees: 10 },
  'isolation-forest': { trees: 20 },
  'neural-network': { epochs: 5, hidden: 64 },
}
const rows = 600
const made = madeUpRows(rows * 2)
/** Words enough that a table of their weights is worth rounding. */
const wordy = { ...made, texts: made.texts.map((text, i) => `${text} word${i % 400} und${(i * 7) % 300}`) }
const columns = madeUpMeasures(wordy, 0, rows)
const unseen = madeUpMeasures(wordy, rows, rows)
const features: FeatureStep[] = [
  textStep({}),
  featureStepSchema.parse({ kind: 'number', columns: ['amount', 'year'], impute: 'median', indicator: true, scale: 'minmax' }),
  featureStepSchema.parse({ kind: 'category', columns: ['plan'], minRows: 1, maxValues: 10 }),
]

async function fitKind(kind: EstimatorKind, plan = features, vectors = {}): Promise<FittedPipeline> {
  const estimator: Estimator = estimatorSchema.parse({ kind, ...estimators[kind].params.parse(quick[kind] ?? {}) })
  const isNumber = taskOf(estimator) === 'regression'
  return fitPipeline({
    columns,
    target: isNumber
      ? Float64Array.from(columns.amount.values, (value, i) => (Number.isNaN(value) ? 10 : value) + (i % 5))
      : wordy.labels.slice(0, rows),
    targetName: 'answer',
    plan: { prepare: [], features: plan },
    vectors,
    estimator,
    calibration: isNumber || ['k-means', 'isolation-forest'].includes(kind) ? 'none' : 'temperature',
    seed: 7,
  })
}

/** Largest difference of two lists of answers, of each as a share of its size when that is above 1; and their mean difference. */
function differences(expected: ArrayLike<number>, given: ArrayLike<number>): { largest: number; mean: number } {
  expect(given.length).toBe(expected.length)
  let [largest, sum] = [0, 0]
  for (let i = 0; i < expected.length; i += 1) {
    const value = expected[i] ?? Number.NaN
    const difference = Math.abs(value - (given[i] ?? Number.NaN)) / Math.max(1, Math.abs(value))
    expect(Number.isNaN(difference)).toBe(false)
    largest = Math.max(largest, difference)
    sum += difference
  }
  return { largest, mean: sum / Math.max(1, expected.length) }
}

/** Smaller, alike in both runtimes, and nearly the answers of the trained model. */
async function checkInt8(pipeline: FittedPipeline, bytes: Uint8Array, given: Parameters<typeof runPipeline>[2]) {
  const outcome = int8Model(bytes, pipeline.estimator.kind)
  if ('refusal' in outcome) {
    expect(outcome.refusal).toMatch(/^[A-Z].*\.$/)
    return outcome
  }
  expect(outcome.bytes.length).toBeLessThan(bytes.length * 0.9)
  const native = await runPipeline(outcome.bytes, pipeline, given, 'native')
  const web = await runPipeline(outcome.bytes, pipeline, given, 'web')
  expect(differences(native, web).largest).toBeLessThanOrEqual(1e-5)
  const mine = pipeline.task === 'regression' ? predictPipeline(pipeline, given).values : predictPipeline(pipeline, given).probabilities
  const { largest, mean } = differences(mine, native)
  expect(mean).toBeLessThan(0.005)
  expect(largest).toBeLessThan(0.1)
  return outcome
}

const kinds = (Object.keys(estimators) as EstimatorKind[]).filter((kind) => kind !== 'recommender')
/** Those whose weights of some hundred words are worth rounding. */
const smaller: EstimatorKind[] = ['k-means', 'linear-regression', 'linear-svm', 'logistic-regression', 'naive-bayes', 'neural-network']

describe.each(kinds)('%s', (kind) => {
  test('becomes smaller and answers alike, or says why not', async () => {
    const pipeline = await fitKind(kind)
    const outcome = await checkInt8(pipeline, exportPipeline(pipeline), unseen)
    expect({ kind, becomesSmaller: 'bytes' in outcome }).toEqual({ kind, becomesSmaller: smaller.includes(kind) })
  })
})

describe.each(['als', 'ease', 'item-item', 'popularity'])('recommender by %s', (algorithm) => {
  test('becomes smaller and answers alike, or says why not', async () => {
    const { pipeline, histories } = await fitTasteful(algorithm, { users: 300, items: 200, tastes: 5 })
    await checkInt8(pipeline, exportPipeline(pipeline), { history: textColumn(histories.slice(0, 100)) })
  })
})

test('word vectors become smaller', async () => {
  const { step, vectors } = madeUpVectors(300)
  const pipeline = await fitKind('logistic-regression', [step], vectors)
  const outcome = int8Model(exportPipeline(pipeline), 'logistic-regression')
  // 15 words of 3 outputs are no table worth rounding; of 300 dimensions as features of trees they are.
  expect(outcome).toHaveProperty('refusal')
  const trees = await fitKind('random-forest', [step], vectors)
  expect(int8Model(exportPipeline(trees), 'random-forest')).toMatchObject({ tables: [{ rows: 16, columns: 300, form: 'gathered' }] })
})

describe('the file', () => {
  test('keeps everything else, and is the same each time', async () => {
    const bytes = exportPipeline(await fitKind('logistic-regression'))
    const { bytes: small, tables } = quantiseOnnx(bytes)
    expect(Buffer.compare(quantiseOnnx(bytes).bytes, small)).toBe(0)
    // as a file is read, at an odd place in memory
    expect(Buffer.compare(quantiseOnnx(Buffer.concat([Buffer.alloc(1), bytes]).subarray(1)).bytes, small)).toBe(0)
    expect(tables[0]).toMatchObject({ columns: 3, form: 'gathered' })
    const [before, after] = [onnx.ModelProto.decode(bytes), onnx.ModelProto.decode(small)]
    expect(after.metadataProps).toEqual(before.metadataProps)
    expect(after.opsetImport).toEqual(before.opsetImport)
    expect(after.graph?.input).toEqual(before.graph?.input)
    expect(after.graph?.output).toEqual(before.graph?.output)
    // What is int8 already holds no large float table any more.
    expect(quantiseOnnx(small).tables).toEqual([])
  })

  const modelOf = (values: Float32Array, use: (graph: GraphBuilder, table: string) => string) => {
    const graph = new GraphBuilder()
    graph.output('value', 'Identity', [use(graph, graph.constant([64, 32], values))])
    return writeOnnx({
      nodes: graph.nodes,
      initializers: graph.initializers,
      inputs: [{ name: 'x', type: 'float', dims: ['N', 64] }],
      outputs: [{ name: 'value', type: 'float' }],
      metadata: {},
    })
  }
  const values = Float32Array.from({ length: 64 * 32 }, (_, i) => Math.sin(i))

  test('leaves a table alone that is read in another way than by rows or as a factor', () => {
    expect(quantiseOnnx(modelOf(values, (graph, table) => graph.add('Add', ['x', graph.add('Transpose', [table])]))).tables).toEqual([])
    expect(quantiseOnnx(modelOf(values, (graph, table) => graph.add('MatMul', ['x', table]))).tables).toHaveLength(1)
    expect(quantiseOnnx(modelOf(values, (graph, table) => graph.add('Gather', [table, graph.int(1)], { axis: 1 }))).tables).toEqual([])
  })

  test('leaves values alone that have no scale, and those that are too few', () => {
    const matMul = (graph: GraphBuilder, table: string) => graph.add('MatMul', ['x', table])
    expect(quantiseOnnx(modelOf(values.with(3, Number.NaN), matMul)).tables).toEqual([])
    expect(quantiseOnnx(modelOf(values.with(3, Number.POSITIVE_INFINITY), matMul)).tables).toEqual([])
    expect(quantiseOnnx(new Uint8Array(0)).tables).toEqual([])
  })

  test('rounds whole numbers to themselves, and others by at most half a step of their line', async () => {
    const whole = values.map((_, i) => (i % 255) - 127)
    const weights = async (from: Float32Array) => {
      const file = onnx.ModelProto.decode(quantiseOnnx(modelOf(from, (graph, table) => graph.add('MatMul', ['x', table]))).bytes)
      const tensors = (file.graph?.initializer ?? []).map(({ dims, rawData }) => ({
        dims: (dims ?? []).map(Number),
        raw: Uint8Array.from(rawData ?? []),
      }))
      const [quantised, scales] = tensors
      if (!quantised || !scales) throw new Error('no int8 table')
      const scale = new Float32Array(scales.raw.buffer)
      const isByRow = scales.dims[1] === 1
      return new Int8Array(quantised.raw.buffer).reduce<number[]>((all, q, i) => {
        all.push(q * (scale[isByRow ? Math.floor(i / 32) : i % 32] ?? Number.NaN))
        return all
      }, [])
    }
    expect(await weights(whole)).toEqual([...whole])
    expect(Math.max(...(await weights(values)).map((value, i) => Math.abs(value - (values[i] ?? 0))))).toBeLessThanOrEqual(0.5 / 127 + 1e-7)
  })
})
