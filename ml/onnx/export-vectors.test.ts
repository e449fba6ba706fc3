import { describe, expect, test } from 'vitest'
import { type EstimatorKind, estimatorSchema, estimators, taskOf } from '#core/estimators/estimators'
import { type FeatureStep, featureStepSchema } from '#core/ports/plan'
import { fitPipeline } from '#ml/pipeline/fit'
import { readLearnedState, writeLearnedState } from '#ml/state/learned-state'
import { exportPipeline } from './export-pipeline'
import { compareValuesWithOnnx, compareWithOnnx, madeUpRows, madeUpVectors, textColumn } from './testing'

const rows = 150
const { texts, labels } = madeUpRows(rows * 2)
const train = { text: textColumn(texts.slice(0, rows)) }
const unseen = { text: textColumn(texts.slice(rows)) }
const { step, vectors } = madeUpVectors(6, { weighting: 'sif', smoothing: 0.01, indicator: true })
const components = featureStepSchema.parse({ kind: 'components', columns: [], components: 3, centre: true })

function fitOf(kind: EstimatorKind, features: FeatureStep[] = [step], params: object = {}) {
  const estimator = estimatorSchema.parse({ kind, ...estimators[kind].params.parse(params) })
  const isRegression = taskOf(estimator) === 'regression'
  return fitPipeline({
    columns: train,
    target: isRegression ? Float64Array.from(texts.slice(0, rows), (text, i) => text.length + i / 100) : labels.slice(0, rows),
    plan: { prepare: [], features },
    vectors,
    estimator,
    calibration: isRegression ? 'none' : 'temperature',
    seed: 7,
  })
}

const few = { trees: 8 }
describe.each<[EstimatorKind, FeatureStep[]?, object?]>([
  ['logistic-regression'],
  ['linear-svm'],
  ['gaussian-naive-bayes'],
  ['nearest-neighbours'],
  ['neural-network', [step], { epochs: 5 }],
  ['gradient-boosting', [step], few],
  ['random-forest', [step], few],
  ['linear-regression'],
  ['gradient-boosting-regression', [step], few],
  ['logistic-regression', [step, components]],
])('%s of mean vectors, %j', (kind, features, params) => {
  const fitted = fitOf(kind, features, params)
  test.each(['native', 'web'] as const)('answers alike in %s', async (runtime) => {
    const pipeline = await fitted
    const bytes = exportPipeline(pipeline)
    if (pipeline.task === 'regression')
      return expect(await compareValuesWithOnnx(bytes, pipeline, unseen, runtime)).toBeLessThanOrEqual(1e-5)
    expect((await compareWithOnnx(bytes, pipeline, unseen, runtime)).difference).toBeLessThanOrEqual(1e-5)
  })
  test('is the same bytes from the same training, and from what it learned', async () => {
    const pipeline = await fitted
    const state = writeLearnedState(pipeline) ?? new Uint8Array()
    const again = await fitOf(kind, features, params)
    expect(Buffer.compare(exportPipeline(again), exportPipeline(pipeline))).toBe(0)
    expect(Buffer.compare(writeLearnedState(again) ?? new Uint8Array(), state)).toBe(0)
    expect(Buffer.compare(writeLearnedState(readLearnedState(state)) ?? new Uint8Array(), state)).toBe(0)
  })
})

test('naive Bayes, which counts, says that it cannot read them', async () => {
  await expect(fitOf('naive-bayes')).rejects.toThrow(/negative/)
})

test('a text alone and an empty one are answered as in a batch', async () => {
  const pipeline = await fitOf('logistic-regression')
  if (pipeline.task !== 'classification') throw new Error('it tells classes')
  for (const text of ['', '?!', 'card'])
    expect((await compareWithOnnx(exportPipeline(pipeline), pipeline, { text: textColumn([text]) }, 'native')).difference).toBeLessThan(
      1e-5,
    )
})
