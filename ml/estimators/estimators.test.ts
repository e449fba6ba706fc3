import { describe, expect, test } from 'vitest'
import type { TextStep } from '#core/ports/plan'
import { fitFeatures, transformFeatures } from '#ml/features/fit-plan'
import { readRawColumns } from '#ml/features/read-raw-columns'
import { scoresOf } from '#ml/models/model-state'
import { softmaxRows } from '#ml/models/scores'
import { textStep } from '#ml/onnx/testing'
import golden from '../fixtures/golden.json'
import { fitLogisticRegression } from './logistic-regression'
import { fitNaiveBayes } from './naive-bayes'

async function features(step: Partial<TextStep>) {
  const full = textStep({ columns: ['t'], maxTerms: 1e6, ...step })
  const raw = await readRawColumns({ t: { type: 'text', values: golden.texts, missing: new Uint8Array(golden.texts.length) } }, [full])
  const rows = Int32Array.from(golden.texts, (_, i) => i)
  return transformFeatures(await fitFeatures(raw, rows), raw, rows)
}

const y = Int32Array.from(golden.labels)
const l2 = { penalty: 'l2', l1Share: 0.5 } as const

function expectProbabilities(mine: Float32Array, theirs: number[][], digits: number) {
  for (const [i, expected] of theirs.flat().entries()) expect(mine[i]).toBeCloseTo(expected, digits)
}

describe('logistic regression against scikit-learn', () => {
  const cases = [
    { golden: golden.logistic, c: 10, balanced: false, y, classes: 3 },
    { golden: golden.logisticBalanced, c: 1, balanced: true, y, classes: 3 },
    { golden: golden.logisticBinary, c: 10, balanced: false, y: y.map((label) => (label === 0 ? 1 : 0)), classes: 2 },
  ]
  test.each(cases)('$golden.call', async ({ golden: { probabilities }, y, classes, ...settings }) => {
    const x = await features({})
    const fit = await fitLogisticRegression(
      { ...settings, ...l2, maxEpochs: 5000, tolerance: 1e-8 },
      { x, y, classes, weights: null },
      { seed: 3 },
    )
    expect(fit.notes).toEqual([])
    expectProbabilities(softmaxRows(scoresOf(fit.state, x), classes), probabilities, 3)
  })
  test('another seed gives the same solution', async () => {
    const x = await features({})
    const params = { c: 10, ...l2, balanced: false, maxEpochs: 2000, tolerance: 1e-7 }
    const { state } = await fitLogisticRegression(params, { x, y, classes: 3, weights: null }, { seed: 2 })
    expectProbabilities(softmaxRows(scoresOf(state, x), 3), golden.logistic.probabilities, 2)
  })
  test('says what too large a problem needs', async () => {
    const x = { ...(await features({})), terms: 2_000_000 }
    const data = { x, y, classes: 10_000, weights: null }
    await expect(fitLogisticRegression({ c: 1, ...l2, balanced: false, maxEpochs: 1 }, data, { seed: 1 })).rejects.toThrow(
      /10000 classes needs 74\.\d GiB/,
    )
  })
})

describe('naive Bayes against scikit-learn', () => {
  test.each(['multinomial', 'complement'] as const)('%s', async (variant) => {
    const x = await features({ words: { min: 1, max: 1 }, weighting: 'count', sublinear: false })
    const { state } = await fitNaiveBayes({ variant, alpha: 0.5 }, { x, y, classes: 3, weights: null })
    expectProbabilities(softmaxRows(scoresOf(state, x), 3), golden[variant].probabilities, 5)
  })
  test('refuses negative values, and says what to set', async () => {
    const x = await features({})
    x.values[0] = -1
    const fit = fitNaiveBayes({ variant: 'multinomial', alpha: 1 }, { x, y, classes: 3, weights: null })
    await expect(fit).rejects.toThrow(/"minmax"/)
  })
})
