import { describe, expect, test } from 'vitest'
import type { TextStep } from '#core/ports/plan'
import { fitFeatures, transformFeatures } from '#ml/features/fit-plan'
import { readRawColumns } from '#ml/features/raw-columns'
import golden from '../fixtures/golden.json'
import { linearLogits, softmaxRows } from './linear-model'
import { trainLogisticRegression } from './logistic-regression'
import { trainNaiveBayes } from './naive-bayes'
import { fitTemperature } from './temperature'

async function features(step: Partial<TextStep>) {
  const full: TextStep = {
    kind: 'text',
    columns: ['t'],
    words: { min: 1, max: 2 },
    chars: null,
    weighting: 'tf-idf',
    sublinear: true,
    lowercase: true,
    minRows: 1,
    maxShare: 1,
    maxTerms: 1e6,
    ...step,
  }
  const raw = await readRawColumns({ t: { type: 'text', values: golden.texts, missing: new Uint8Array(golden.texts.length) } }, [full])
  const rows = Int32Array.from(golden.texts, (_, i) => i)
  return transformFeatures(fitFeatures(raw, rows), raw, rows)
}

const y = Int32Array.from(golden.labels)

function expectProbabilities(mine: Float32Array, theirs: number[][], digits: number) {
  for (const [i, expected] of theirs.flat().entries()) expect(mine[i]).toBeCloseTo(expected, digits)
}

describe('logistic regression against scikit-learn', () => {
  const cases = [
    { golden: golden.logistic, c: 10, balanced: false, y, classes: 3 },
    { golden: golden.logisticBalanced, c: 1, balanced: true, y, classes: 3 },
    { golden: golden.logisticBinary, c: 5, balanced: false, y: y.map((label) => (label === 0 ? 1 : 0)), classes: 2 },
  ]
  test.each(cases)('$golden.call', async ({ golden: { probabilities }, ...settings }) => {
    const x = await features({})
    const fit = await trainLogisticRegression({ x, ...settings, maxEpochs: 5000, tolerance: 1e-8, seed: 3 })
    expect(fit.converged).toBe(true)
    expectProbabilities(softmaxRows(linearLogits(fit.model, x), settings.classes), probabilities, 3)
  })
  test('the same seed gives the same bytes, another seed the same solution', async () => {
    const x = await features({})
    const train = (seed: number) =>
      trainLogisticRegression({ x, y, classes: 3, c: 10, balanced: false, maxEpochs: 2000, tolerance: 1e-7, seed })
    const [a, b, c] = [await train(1), await train(1), await train(2)]
    expect(a.model.weights).toEqual(b.model.weights)
    expectProbabilities(softmaxRows(linearLogits(c.model, x), 3), golden.logistic.probabilities, 2)
  })
  test('cancels soon', async () => {
    const x = await features({})
    const work = trainLogisticRegression({
      x,
      y,
      classes: 3,
      c: 1e6,
      balanced: false,
      maxEpochs: 1e9,
      tolerance: 0,
      seed: 1,
      signal: AbortSignal.timeout(50),
    })
    const began = performance.now()
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
    expect(performance.now() - began).toBeLessThan(5_000)
  })
  test('says what too large a problem needs', async () => {
    const x = { ...(await features({})), terms: 2_000_000 }
    await expect(trainLogisticRegression({ x, y, classes: 10_000, c: 1, balanced: false, maxEpochs: 1, seed: 1 })).rejects.toThrow(
      /10000 classes needs 74\.\d GiB/,
    )
  })
})

describe('naive Bayes against scikit-learn', () => {
  test.each(['multinomial', 'complement'] as const)('%s', async (variant) => {
    const x = await features({ words: { min: 1, max: 1 }, weighting: 'count', sublinear: false })
    const model = trainNaiveBayes({ x, y, classes: 3, variant, alpha: 0.5 })
    expectProbabilities(softmaxRows(linearLogits(model, x), 3), golden[variant].probabilities, 5)
  })
  test('refuses negative values, and says what to set', async () => {
    const x = await features({})
    x.values[0] = -1
    expect(() => trainNaiveBayes({ x, y, classes: 3, variant: 'multinomial', alpha: 1 })).toThrow(/"minmax"/)
  })
})

describe('temperature', () => {
  test('finds back the factor that logits were multiplied by', async () => {
    // rows whose labels follow softmax(z) exactly in frequency: 1000 rows of p = (0.8, 0.2), 1000 of (0.4, 0.6)
    const logits = new Float32Array(4000)
    const labels = new Int32Array(2000)
    for (let row = 0; row < 2000; row++) {
      const p = row < 1000 ? 0.8 : 0.4
      logits[row * 2] = 3 * Math.log(p)
      logits[row * 2 + 1] = 3 * Math.log(1 - p)
      labels[row] = row % 1000 < p * 1000 ? 0 : 1
    }
    expect(await fitTemperature(logits, labels, 2)).toBeCloseTo(3, 4)
  })
  test('stays in its bounds when all rows are right', async () => {
    expect(await fitTemperature(Float32Array.of(1, 0, 0, 1), Int32Array.of(0, 1), 2)).toBeGreaterThanOrEqual(0.02)
  })
})
