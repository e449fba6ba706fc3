import { onnx } from 'onnx-proto'
import { describe, expect, test } from 'vitest'
import type { Estimator } from '#core/estimators/estimators'
import { classReferenceSchema, signatureSchema } from '#core/model/signature'
import { type FeatureStep, planSchema } from '#core/ports/plan'
import { exportPipeline } from './export-pipeline'
import { compareWithOnnx, fitOn, madeUpRows, numberColumn, type RuntimeName, runOnnx, textColumn, textStep } from './testing'

const rows = 1_000
const train = madeUpRows(rows)
const unseen = madeUpRows(rows + 300)
const odd = [
  '',
  ' ',
  '!',
  'x',
  '\u0001 a',
  'end\u0001',
  'card\0hidden pin',
  'a\ud800b',
  'İSTANBUL Ꟁ Ⓐ',
  '😀 card 😀',
  'ﬁ ǅ ẞ',
  'card '.repeat(500),
]
const oddNumbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e39, -0, 1e-40, 16_777_217, 1_700_000_000_123]

const columnsOf = (texts: readonly string[], n = texts.length) => ({
  text: textColumn(texts),
  kind: textColumn(Array.from({ length: n }, (_, i) => ['a', 'b', 'ü', '', `rare ${i}`][i % 5] ?? '')),
  amount: numberColumn(Array.from({ length: n }, (_, i) => oddNumbers[i % 40] ?? 1e9 + ((i * 7919) % 997) * 1e6)),
  size: numberColumn(Array.from({ length: n }, (_, i) => (i * 31) % 17)),
})
const category: FeatureStep = { kind: 'category', columns: ['kind'], minRows: 2, maxValues: 10, encoding: 'one-hot' }
const number: FeatureStep = { kind: 'number', columns: ['amount', 'size'], impute: 'median', indicator: true, scale: 'standard' }
const minmax: FeatureStep = { ...number, indicator: false, scale: 'minmax' }
const bayes: Estimator = { kind: 'naive-bayes', variant: 'multinomial', alpha: 1 }
const counts = textStep({ weighting: 'count', sublinear: false })
const gaussian: Estimator = { kind: 'gaussian-naive-bayes', varSmoothing: 1e-9 }
const neighbours: Estimator = { kind: 'nearest-neighbours', k: 5, weighting: 'uniform', metric: 'euclidean' }
const byDistance: Estimator = { ...neighbours, weighting: 'distance' }
const byCosine: Estimator = { ...byDistance, metric: 'cosine' }
const network: Estimator = { kind: 'neural-network', hidden: 16, layers: 1, epochs: 12, learningRate: 0.01, batch: 32, l2: 1e-4 }

const pipelines: { name: string; features: FeatureStep[]; estimator?: Estimator }[] = [
  { name: 'words 1-2', features: [textStep({})] },
  { name: 'words 1-3, few terms kept', features: [textStep({ words: { min: 1, max: 3 }, maxTerms: 60 })] },
  { name: 'words 2-3 without single words', features: [textStep({ words: { min: 2, max: 3 }, sublinear: false })] },
  { name: 'characters 2-5', features: [textStep({ words: null, chars: { min: 2, max: 5 }, minRows: 3 })] },
  { name: 'characters 1-1', features: [textStep({ words: null, chars: { min: 1, max: 1 } })] },
  { name: 'words and characters, case kept', features: [textStep({ chars: { min: 3, max: 4 }, lowercase: false })] },
  { name: 'counts', features: [textStep({ weighting: 'count', sublinear: false })] },
  { name: 'binary', features: [textStep({ weighting: 'binary' })] },
  { name: 'categories and numbers', features: [category, number] },
  { name: 'all together', features: [textStep({ chars: { min: 2, max: 3 } }), category, number] },
  { name: 'multinomial naive Bayes', features: [textStep({ weighting: 'count', sublinear: false }), category, minmax], estimator: bayes },
  {
    name: 'linear SVM',
    features: [textStep({}), category, number],
    estimator: { kind: 'linear-svm', c: 1, balanced: true, maxEpochs: 1000 },
  },
  { name: 'complement naive Bayes', features: [textStep({})], estimator: { ...bayes, variant: 'complement' } },
  { name: 'Gaussian naive Bayes of words', features: [textStep({})], estimator: gaussian },
  { name: 'Gaussian naive Bayes of counts, categories and numbers', features: [counts, category, number], estimator: gaussian },
  { name: 'neighbours of numbers and categories', features: [number, category], estimator: neighbours },
  { name: 'neighbours of raw numbers, by distance', features: [{ ...minmax, scale: 'none' }], estimator: byDistance },
  { name: 'neighbours of words', features: [textStep({})], estimator: { ...neighbours, k: 7 } },
  { name: 'neighbours of words by distance', features: [textStep({})], estimator: byDistance },
  { name: 'neighbours of words by cosine', features: [textStep({ words: { min: 1, max: 1 } })], estimator: byCosine },
  { name: 'neighbours of counts and numbers by cosine', features: [counts, minmax], estimator: { ...byCosine, weighting: 'uniform' } },
  { name: 'network of everything', features: [textStep({}), category, number], estimator: network },
  { name: 'deep network of words', features: [textStep({})], estimator: { ...network, layers: 3 } },
]

describe.each(pipelines)('$name', ({ features, estimator }) => {
  const fitted = fitOn({
    columns: columnsOf(train.texts),
    target: train.labels,
    plan: { prepare: [], features },
    ...(estimator ? { estimator } : {}),
  })
  const columns = columnsOf([...unseen.texts.slice(300), ...odd])
  test.each<RuntimeName>(['native', 'web'])('answers alike in %s', async (runtime) => {
    const pipeline = await fitted
    const { difference, labels } = await compareWithOnnx(exportPipeline(pipeline), pipeline, columns, runtime)
    expect(difference).toBeLessThanOrEqual(1e-5)
    expect(labels).toBe(0)
  })
})

describe('the file', () => {
  const plan = planSchema.parse({
    prepare: [{ kind: 'fill', values: { kind: 'a' } }],
    features: [textStep({ chars: { min: 2, max: 3 } }), category, number],
  })
  const fitted = fitOn({ columns: columnsOf(train.texts), target: train.labels, targetName: 'topic', plan })

  test('can be read by others, and says what it holds', async () => {
    const model = onnx.ModelProto.decode(exportPipeline(await fitted))
    expect(Number(model.irVersion)).toBe(10)
    expect(model.graph?.input?.map(({ name }) => name)).toEqual(['text', 'kind', 'amount', 'size'])
    expect(model.graph?.output?.map(({ name }) => name)).toEqual(['label', 'probabilities'])
    const metadata = Object.fromEntries((model.metadataProps ?? []).map(({ key, value }) => [key, JSON.parse(value ?? '')]))
    expect(Object.keys(metadata)).toEqual(['stageline.signature', 'stageline.classes', 'stageline.prepare', 'stageline.reference'])
    expect(signatureSchema.parse(metadata['stageline.signature'])).toMatchObject({ target: 'topic' })
    expect(metadata['stageline.classes']).toEqual(['card', 'pin', 'transfer'])
    expect(metadata['stageline.prepare']).toEqual(plan.prepare)
    const reference = classReferenceSchema.parse(metadata['stageline.reference'])
    expect(reference.columns.map(({ kind }) => kind)).toEqual(['length', 'category', 'number', 'number'])
    expect(reference.confidence.counts.reduce((sum, n) => sum + n, 0)).toBe(rows)
  })
  test('the same training gives the same bytes', async () => {
    const again = await fitOn({ columns: columnsOf(train.texts), target: train.labels, targetName: 'topic', plan })
    expect(Buffer.compare(exportPipeline(await fitted), exportPipeline(again))).toBe(0)
  })
  test('one row at a time answers as the whole batch', async () => {
    const pipeline = await fitted
    const bytes = exportPipeline(pipeline)
    for (const text of ['', 'card declined', 'pin']) {
      expect((await compareWithOnnx(bytes, pipeline, columnsOf([text]), 'native')).difference).toBeLessThanOrEqual(1e-5)
      expect((await runOnnx(bytes, pipeline, columnsOf([text]), 'web')).labels).toHaveLength(1)
    }
  })
})

test.each<RuntimeName>(['native', 'web'])(
  'texts too short for any of its n-grams are answered by the rest of the model in %s',
  async (runtime) => {
    const three = textStep({ words: { min: 3, max: 3 } })
    const features = [three, { ...three, hashBits: 10 }, textStep({ words: null, chars: { min: 5, max: 6 } })]
    const pipeline = await fitOn({ columns: columnsOf(train.texts), target: train.labels, plan: { prepare: [], features } })
    const bytes = exportPipeline(pipeline)
    for (const texts of [['card'], ['', 'x'], ['card', 'my pin']]) {
      expect((await compareWithOnnx(bytes, pipeline, columnsOf(texts), runtime)).difference).toBeLessThanOrEqual(1e-5)
    }
  },
)
