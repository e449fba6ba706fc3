import { describe, expect, test } from 'vitest'
import type { Estimator } from '#core/estimators/estimators'
import { thresholdGoals } from '#core/model/answering'
import { readModelFile } from '#core/model/model-file'
import type { FeatureStep } from '#core/ports/plan'
import { predictPipeline } from '#ml/pipeline/predict'
import { exportPipeline } from './export-pipeline'
import { compareWithOnnx, fitOn, madeUpRows, numberColumn, type RuntimeName, textColumn, textStep } from './testing'

const rows = 400
const { texts, labels } = madeUpRows(rows)
const two = labels.map((label) => (label === 'pin' ? 'pin' : 'other'))
const columnsOf = (some: readonly string[]) => ({
  text: textColumn(some),
  size: numberColumn(some.map((text, i) => text.length + ((i * 31) % 17) / 3)),
})
const unseen = columnsOf([...madeUpRows(1_000).texts.slice(rows), '', 'pin '.repeat(300), 'card '.repeat(300)])
const size: FeatureStep = { kind: 'number', columns: ['size'], impute: 'median', indicator: false, scale: 'standard' }
const logistic: Estimator = { kind: 'logistic-regression', c: 10, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 60 }
const runtimes: RuntimeName[] = ['native', 'web']

describe.each([
  { name: 'logistic regression', estimator: logistic, features: [textStep({}), size] },
  // counts of long texts: scores of hundreds
  {
    name: 'naive Bayes',
    estimator: { kind: 'naive-bayes', variant: 'multinomial', alpha: 0.1 } as const,
    features: [textStep({ weighting: 'count', sublinear: false })],
  },
])('$name', ({ estimator, features }) => {
  test.each([
    ['sigmoid', 'two', two],
    ['sigmoid', 'three', labels],
    ['isotonic', 'two', two],
    ['isotonic', 'three', labels],
  ] as const)('%s of %s classes answers alike in both runtimes', async (calibration, _name, target) => {
    const pipeline = await fitOn({ columns: columnsOf(texts), target, plan: { prepare: [], features }, estimator, calibration })
    expect(pipeline.calibration.method).toBe(calibration)
    const bytes = exportPipeline(pipeline)
    for (const runtime of runtimes) {
      const { difference, labels: wrong } = await compareWithOnnx(bytes, pipeline, unseen, runtime)
      expect(difference).toBeLessThanOrEqual(1e-5)
      expect(wrong).toBe(0)
    }
    expect(Math.max(...sumsOf(predictPipeline(pipeline, unseen).probabilities, pipeline.classes.length))).toBeLessThan(1e-6)
  })
})

/** How far each row's probabilities are from adding up to 1. */
function sumsOf(probabilities: Float32Array, classes: number): number[] {
  return Array.from({ length: probabilities.length / classes }, (_, row) =>
    Math.abs(1 - probabilities.subarray(row * classes, (row + 1) * classes).reduce((sum, p) => sum + p, 0)),
  )
}

describe('a threshold', () => {
  const trainBy = (by: (typeof thresholdGoals)[number]) =>
    fitOn({
      columns: columnsOf(texts),
      target: two,
      plan: { prepare: [], features: [size] },
      estimator: logistic,
      threshold: { by, positive: '', costFalsePositive: 1, costFalseNegative: 4 },
    })
  test.each(thresholdGoals)('by %s decides the labels of the file, and leaves the probabilities', async (by) => {
    const pipeline = await trainBy(by)
    const bytes = exportPipeline(pipeline)
    expect(pipeline.classes).toEqual(['other', 'pin'])
    const { threshold } = readModelFile(bytes)
    expect(threshold).toEqual({ positive: 'pin', threshold: pipeline.threshold?.threshold })
    const { probabilities, labels: own } = predictPipeline(pipeline, unseen)
    const called = probabilities.filter((_, i) => i % 2 === 1).map((p) => (p >= (threshold?.threshold ?? 1) ? 1 : 0))
    expect([...own]).toEqual([...called])
    // the rarer class of two that are hard to tell apart is seldom the more probable one
    expect(own.some((label, row) => label === 1 && (probabilities[row * 2 + 1] ?? 0) < 0.5)).toBe(true)
    for (const runtime of runtimes) expect((await compareWithOnnx(bytes, pipeline, unseen, runtime)).labels).toBe(0)
    const { chosen = 0, half = 0 } = pipeline.training.threshold ?? {}
    expect(by === 'cost' ? half - chosen : chosen - half).toBeGreaterThan(0)
    expect(exportPipeline(await trainBy(by))).toEqual(bytes)
  })
  test('needs two classes', async () => {
    const threshold = { by: 'f1', positive: '', costFalsePositive: 1, costFalseNegative: 1 } as const
    const work = fitOn({ columns: columnsOf(texts), target: labels, plan: { prepare: [], features: [size] }, threshold })
    await expect(work).rejects.toMatchObject({ code: 'bad_params', message: expect.stringMatching(/two classes, and there are 3/) })
  })
})
