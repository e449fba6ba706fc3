import { describe, expect, test } from 'vitest'
import { scoresOf } from '#ml/models/model-state'
import golden from '../fixtures/golden-linear.json'
import { fitLinearRegression } from './linear-regression'
import { besideEmpty, endOfAborted, goldenSet, largestGap, noise, repeated, sparseRows } from './testing'

const exact = { maxEpochs: 100_000, tolerance: 1e-12 }
const penalties = ['ridge', 'lasso', 'elastic-net'] as const
const penaltyOf = (name: string) => penalties.find((penalty) => penalty === name) ?? 'ridge'
const seed = { seed: 1 }

test.each(golden.regression)('$call', async ({ set, penalty, share, alpha, weighted, coef, intercept }) => {
  const { x, numbers, weights } = goldenSet(set)
  const params = { penalty: penaltyOf(penalty), alpha, l1Share: share, ...exact }
  const { state, notes } = await fitLinearRegression(params, { x, y: numbers, weights: weighted ? weights : null }, seed)
  expect(notes.filter((note) => note.includes('stopped'))).toEqual([])
  expect(largestGap(state.weights, coef)).toBeLessThan(2e-6)
  expect(largestGap(state.bias, [intercept])).toBeLessThan(2e-6)
  expect([...state.weights].map((weight) => weight === 0)).toEqual(coef.map((weight) => weight === 0))
})

test.each(golden.regression.filter(({ set }) => set !== 'sparse'))('without products of pairs: $call', async (one) => {
  const { x, numbers, weights } = goldenSet(one.set)
  const params = { penalty: penaltyOf(one.penalty), alpha: one.alpha, l1Share: one.share, ...exact }
  const data = { x: besideEmpty(x), y: numbers, weights: one.weighted ? weights : null }
  const { state } = await fitLinearRegression(params, data, seed)
  expect(largestGap(state.weights, [...one.coef, ...new Array<number>(30).fill(0)])).toBeLessThan(2e-6)
  expect(largestGap(state.bias, [one.intercept])).toBeLessThan(2e-6)
})

describe.each(penalties)('%s', (penalty) => {
  const params = { penalty, alpha: 0.01, l1Share: 0.5, maxEpochs: 1_000 }

  test('stops near the solution by default', async () => {
    const { x, numbers } = goldenSet('far')
    const [near, best] = await Promise.all([
      fitLinearRegression(params, { x, y: numbers, weights: null }, seed),
      fitLinearRegression({ ...params, ...exact }, { x, y: numbers, weights: null }, seed),
    ])
    expect(largestGap(scoresOf(near.state, x), [...scoresOf(best.state, x)])).toBeLessThan(1e-3)
  })
  test('takes weights as repetitions', async () => {
    const { matrix, x, numbers, weights } = goldenSet('sparse')
    const weighted = await fitLinearRegression({ ...params, ...exact }, { x, y: numbers, weights }, seed)
    const rows = { x: sparseRows(repeated(matrix, weights)), y: Float64Array.from(repeated(numbers, weights)) }
    const twice = await fitLinearRegression({ ...params, ...exact }, { ...rows, weights: null }, seed)
    expect(largestGap(twice.state.weights, [...weighted.state.weights])).toBeLessThan(1e-5)
  })
  test.each<[string, number[][], number[], number]>([
    ['one row', [[1, 2]], [7], 7],
    ['a constant target', [[1], [2], [4]], [7, 7, 7], 7],
    [
      'constant columns',
      [
        [3, 1e9],
        [3, 1e9],
        [3, 1e9],
      ],
      [1, 2, 6],
      3,
    ],
    ['no column at all', [[], []], [1, 3], 2],
  ])('answers the mean of %s', async (_name, matrix, y, mean) => {
    const x = sparseRows(matrix)
    const { state } = await fitLinearRegression(params, { x, y: Float64Array.from(y), weights: null }, seed)
    expect([...state.weights]).toEqual(new Array(x.terms).fill(0))
    expect(state.bias[0]).toBeCloseTo(mean, 6)
  })
  test('finds the line under numbers of any size', async () => {
    const x = sparseRows(Array.from({ length: 50 }, (_, i) => [1e6 + i * 1e3, (i * 7) % 11]))
    const y = Float64Array.from({ length: 50 }, (_, i) => 1e9 + i * 1e6 - ((i * 7) % 11) * 2e5)
    const { state } = await fitLinearRegression({ ...params, alpha: 0, ...exact }, { x, y, weights: null }, seed)
    expect([...state.weights]).toEqual([expect.closeTo(1e3, 3), expect.closeTo(-2e5, 0)])
    const errors = [...scoresOf(state, x)].map((value, i) => Math.abs(value - (y[i] ?? 0)))
    expect(Math.max(...errors)).toBeLessThan(200)
  })
  test('stops when it is aborted', async () => {
    const x = noise(4_000, 60)
    const y = Float64Array.from({ length: x.rows }, (_, row) => row % 7)
    const endless = { ...params, alpha: 1e-9, maxEpochs: 1e9, tolerance: 0 }
    expect(await endOfAborted((signal) => fitLinearRegression(endless, { x, y, weights: null }, { ...seed, signal }))).toBe('cancelled')
  })
})

test.each([
  [{ penalty: 'lasso', alpha: 1e6, maxEpochs: 10 }, /No feature carries weight.*lower alpha/],
  [{ penalty: 'lasso', alpha: 0.1, maxEpochs: 100 }, /^\d of 8 features carry weight/],
  [{ penalty: 'lasso', alpha: 1e-9, maxEpochs: 1 }, /stopped after 1 passes with a duality gap/],
  [{ penalty: 'ridge', alpha: 0, maxEpochs: 1 }, /stopped after 1 passes with .* of the first gradient left/],
] as const)('%j: says %s', async (params, sentence) => {
  const { x, numbers } = goldenSet('dense')
  const { notes } = await fitLinearRegression({ l1Share: 0.5, ...params }, { x, y: numbers, weights: null }, seed)
  expect(notes.at(-1)).toMatch(sentence)
})
