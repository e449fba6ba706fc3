import { describe, expect, test } from 'vitest'
import { estimators } from '#core/estimators/estimators'
import { fitGradientBoosting } from '#ml/estimators/gradient-boosting'
import { fitGradientBoostingRegression } from '#ml/estimators/gradient-boosting-regression'
import type { SparseRows } from '#ml/features/sparse-rows'
import { scoresOf } from '#ml/models/model-state'
import golden from '../fixtures/golden-trees.json'

const params = estimators['gradient-boosting'].params.parse({ trees: 20, leaves: 8, minRows: 10, earlyStopping: false })
const numberParams = estimators['gradient-boosting-regression'].params.parse(params)

function dense(values: readonly (readonly number[])[], codes: Int32Array | null = null): SparseRows {
  const terms = values[0]?.length ?? 0
  return {
    rows: values.length,
    terms,
    codes,
    nameOf: (term) => 'abcd'.charAt(term),
    ptr: Int32Array.from({ length: values.length + 1 }, (_, i) => i * terms),
    ids: Int32Array.from({ length: values.length * terms }, (_, i) => i % terms),
    values: Float32Array.from(values.flat()),
  }
}

const x = dense(golden.x)
const missing = dense(golden.x.map((row, i) => row.map((v, j) => ((j === 0 && i % 7 === 0) || (j === 2 && i % 11 === 3) ? Number.NaN : v))))
const coded = dense(
  golden.x.map((row) => row.map((v, j) => (j === 3 ? Math.floor(v * 12) : v))),
  Int32Array.of(0, 0, 0, 12),
)
const weights = Float64Array.from(golden.two, (_, i) => 1 + (i % 3))
const one = { weights: null, classes: 2 }

/** Share of rows whose score is within 1e-3 of scikit-learn's, which sums gradients in float32. */
function agreement(mine: ArrayLike<number>, theirs: readonly number[]): number {
  return theirs.filter((score, i) => Math.abs(score - (mine[i] ?? Number.NaN)) < 1e-3).length / theirs.length
}

describe('gradient boosting against scikit-learn, every score', () => {
  test.each([
    { golden: golden.binary, params, data: { ...one, x, y: golden.two } },
    { golden: golden.regularised, params: { ...params, l2: 1, learningRate: 0.3, maxDepth: 3 }, data: { ...one, x, y: golden.two } },
    { golden: golden.missing, params, data: { ...one, x: missing, y: golden.two } },
    { golden: golden.categories, params, data: { ...one, x: coded, y: golden.coded } },
    { golden: golden.weights, params, data: { ...one, x, y: golden.two, weights } },
    { golden: golden.monotone, params: { ...params, increasing: ['a'], decreasing: ['d'] }, data: { ...one, x, y: golden.two } },
  ])('$golden.call', async ({ golden: { scores }, params, data }) => {
    const { state } = await fitGradientBoosting(params, { ...data, y: Int32Array.from(data.y) }, { seed: 1 })
    const mine = scoresOf(state, data.x).filter((_, i) => i % 2 === 1)
    expect(agreement(mine, scores)).toBeGreaterThan(0.99)
  })
  test(golden.multiclass.call, async () => {
    const { state } = await fitGradientBoosting(params, { x, y: Int32Array.from(golden.three), classes: 3, weights: null }, { seed: 1 })
    expect(agreement(centred(scoresOf(state, x)), centred(golden.multiclass.scores.flat()))).toBeGreaterThan(0.99)
  })
  test.each([
    { golden: golden.squared, settings: {}, y: golden.number },
    { golden: golden.absolute, settings: { loss: 'absolute' as const }, y: golden.number },
    { golden: golden.quantile, settings: { loss: 'quantile' as const, quantile: 0.8 }, y: golden.number },
    { golden: golden.poisson, settings: { loss: 'poisson' as const }, y: golden.counts },
  ])('$golden.call', async ({ golden: { scores }, settings, y }) => {
    const data = { x, y: Float64Array.from(y), weights: null }
    const { state } = await fitGradientBoostingRegression({ ...numberParams, ...settings }, data, { seed: 1 })
    expect(agreement(scoresOf(state, x), scores)).toBeGreaterThan(0.99)
  })
})

/** Scores of three classes less their mean, which no probability depends on. */
function centred(scores: ArrayLike<number>): number[] {
  return Array.from(scores, (score, i) => {
    const at = i - (i % 3)
    return score - ((scores[at] ?? 0) + (scores[at + 1] ?? 0) + (scores[at + 2] ?? 0)) / 3
  })
}
