import { describe, expect, test } from 'vitest'
import { estimatorSchema } from '#core/estimators/estimators'
import { scoresOf } from '#ml/models/model-state'
import { softmaxRows } from '#ml/models/scores'
import golden from '../fixtures/golden-linear.json'
import { bestShift } from './gauge'
import { fitLogisticRegression } from './logistic-regression'
import { endOfAborted, goldenSet, largestGap, noise, repeated, sparseRows } from './testing'

const exact = { maxEpochs: 10_000, tolerance: 1e-9 }
const lasso = { penalty: 'l1', l1Share: 0.5, balanced: false } as const
const penaltyOf = (penalty: string) => (penalty === 'l1' ? 'l1' : 'elastic-net')

test.each(golden.logistic)('$call', async ({ set, penalty, share, classes, c, balanced, weighted, probabilities, kept }) => {
  const { x, y, weights } = goldenSet(set, classes)
  const params = { penalty: penaltyOf(penalty), l1Share: share, c, balanced, ...exact } as const
  const fit = await fitLogisticRegression(params, { x, y, classes, weights: weighted ? weights : null }, { seed: 1 })
  expect(largestGap(softmaxRows(scoresOf(fit.state, x), classes), probabilities.flat())).toBeLessThan(2e-6)
  expect(fit.notes).toEqual([expect.stringContaining(`not zero; they lie on ${kept} of ${x.terms} features.`)])
})

describe('an L1 penalty', () => {
  test('learns the same from columns far from 0, and never weighs a constant one', async () => {
    const [near, far] = [goldenSet('dense'), goldenSet('far')]
    const params = { c: 2, ...lasso, ...exact }
    const a = await fitLogisticRegression(params, { ...near, classes: 3, weights: null }, { seed: 1 })
    const padded = sparseRows(far.matrix.map((row) => [...row, 123.4]))
    const b = await fitLogisticRegression(params, { x: padded, y: near.y, classes: 3, weights: null }, { seed: 1 })
    const theirs = [...softmaxRows(scoresOf(a.state, near.x), 3)]
    expect(largestGap(softmaxRows(scoresOf(b.state, padded), 3), theirs)).toBeLessThan(1e-3)
    expect([...b.state.weights.subarray(8 * 3)]).toEqual([0, 0, 0])
  })
  test('takes weights as repetitions', async () => {
    const { matrix, x, y, weights } = goldenSet('dense')
    const params = { c: 1, ...lasso, penalty: 'elastic-net', ...exact } as const
    const weighted = await fitLogisticRegression(params, { x, y, classes: 3, weights }, { seed: 1 })
    const rows = { x: sparseRows(repeated(matrix, weights)), y: Int32Array.from(repeated(y, weights)) }
    const twice = await fitLogisticRegression(params, { ...rows, classes: 3, weights: null }, { seed: 1 })
    expect(largestGap(scoresOf(twice.state, x), [...scoresOf(weighted.state, x)])).toBeLessThan(1e-5)
  })
  test('says when nothing is left, and when it ran out of passes', async () => {
    const { x, y } = goldenSet('dense')
    const data = { x, y, classes: 3, weights: null }
    const none = await fitLogisticRegression({ ...lasso, c: 1e-6, maxEpochs: 100 }, data, { seed: 1 })
    expect(none.notes).toEqual(['No weight is left, so every prediction is the share of the classes: raise C.'])
    expect([...softmaxRows(scoresOf(none.state, x), 3)].slice(0, 3)).toEqual(
      [0, 1, 2].map((k) => expect.closeTo(y.filter((label) => label === k).length / 40, 5)),
    )
    const early = await fitLogisticRegression({ ...lasso, c: 1e4, maxEpochs: 1 }, data, { seed: 1 })
    expect(early.notes[1]).toMatch(/stopped after 1 passes with .* of the first gradient left/)
  })
  test('ends although the classes part and nothing holds the weights', async () => {
    const x = sparseRows([[0], [1], [2], [3]])
    const params = { ...lasso, c: 1e6, maxEpochs: 100 }
    const { state, notes } = await fitLogisticRegression(
      params,
      { x, y: Int32Array.of(0, 0, 1, 1), classes: 2, weights: null },
      { seed: 1 },
    )
    expect(notes).toHaveLength(1)
    expect([...softmaxRows(scoresOf(state, x), 2)].filter((_, i) => i % 2 === 1).map(Math.round)).toEqual([0, 0, 1, 1])
  })
  test('gives a class without rows the prior of half a row', async () => {
    const { x, y } = goldenSet('dense')
    const { state } = await fitLogisticRegression({ ...lasso, c: 1e-6, maxEpochs: 100 }, { x, y, classes: 4, weights: null }, { seed: 1 })
    expect(softmaxRows(scoresOf(state, x), 4)[3]).toBeCloseTo(0.5 / 40.5, 5)
  })
  test('stops when it is aborted', async () => {
    const x = noise(4_000, 60)
    const data = { x, y: Int32Array.from({ length: x.rows }, (_, row) => row % 3), classes: 3, weights: null }
    const params = { ...lasso, c: 1e6, maxEpochs: 1_000, tolerance: 0 }
    expect(await endOfAborted((signal) => fitLogisticRegression(params, data, { seed: 1, signal }))).toBe('cancelled')
  })
})

test('a recipe of before the penalty could be chosen means L2', () => {
  const stored = { kind: 'logistic-regression', c: 10, balanced: false, maxEpochs: 60 }
  expect(estimatorSchema.parse(stored)).toMatchObject({ ...stored, penalty: 'l2' })
})

test.each([
  [[3, 1, 0, 0], { l1: 1, l2: 0 }, 0],
  [[3, 1, 2], { l1: 1, l2: 0 }, 2],
  [[-3, -1, -2], { l1: 1, l2: 0 }, -2],
  [[0, 4], { l1: 1, l2: 0 }, 0],
  [[1, 2, 6], { l1: 0, l2: 1 }, 3],
  [[5, 6, 7, -1], { l1: 0.5, l2: 0.5 }, 4.75],
  [[5, 6, 7, 0], { l1: 0.9, l2: 0.1 }, 5],
  [[0, 0, 0], { l1: 0.5, l2: 0.5 }, 0],
])('the weights %j share most cheaply under %j when shifted by %f', (own, penalty, shift) => {
  const cost = (t: number) => own.reduce((sum, w) => sum + penalty.l1 * Math.abs(w - t) + (penalty.l2 / 2) * (w - t) ** 2, 0)
  const best = bestShift(Float64Array.from(own), penalty)
  expect(best).toBeCloseTo(shift, 12)
  for (let t = -8; t <= 8; t += 1 / 64) expect(cost(best)).toBeLessThanOrEqual(cost(t) + 1e-12)
})
