import { describe, expect, test } from 'vitest'
import { rowsOf } from '#ml/features/rows-of'
import { gaussianScores } from '#ml/models/gaussian'
import { softmaxRows } from '#ml/models/scores'
import golden from '../fixtures/golden-neighbours.json'
import { fitGaussianNaiveBayes } from './gaussian-naive-bayes'

const { x, y, weights, new: unseen } = golden.rows
const data = { x: rowsOf(x), y: Int32Array.from(y), classes: 3, weights: null }

async function probabilities(fitData: Parameters<typeof fitGaussianNaiveBayes>[1], rows: number[][], varSmoothing = 1e-9) {
  const { state } = await fitGaussianNaiveBayes({ varSmoothing }, fitData, { seed: 1 })
  return [...softmaxRows(gaussianScores(state, rowsOf(rows)), state.outputs)]
}

describe('Gaussian naive Bayes against scikit-learn', () => {
  test(golden.gaussian.call, async () => {
    for (const [i, value] of (await probabilities(data, unseen)).entries()) {
      expect(value).toBeCloseTo(golden.gaussian.probabilities.flat()[i] ?? Number.NaN, 6)
    }
  })
  test(golden.gaussianWeighted.call, async () => {
    const weighted = { ...data, weights: Float64Array.from(weights) }
    for (const [i, value] of (await probabilities(weighted, unseen, 0.01)).entries()) {
      expect(value).toBeCloseTo(golden.gaussianWeighted.probabilities.flat()[i] ?? Number.NaN, 6)
    }
  })
})

describe('odd data', () => {
  const dataOf = (rows: number[][], labels: number[], classes: number) => ({
    x: rowsOf(rows),
    y: Int32Array.from(labels),
    classes,
    weights: null,
  })

  test('terms that rows leave out count as 0', async () => {
    const sparse = [
      [0, 2, 0],
      [0, 3, 1],
      [4, 0, 0],
      [5, 0, 1],
      [0, 0, 1],
    ]
    const labels = Int32Array.of(0, 0, 1, 1, 1)
    const one = await fitGaussianNaiveBayes({ varSmoothing: 0.1 }, { x: rowsOf(sparse), y: labels, classes: 2, weights: null }, { seed: 1 })
    const other = await fitGaussianNaiveBayes(
      { varSmoothing: 0.1 },
      { x: rowsOf(sparse, true), y: labels, classes: 2, weights: null },
      { seed: 1 },
    )
    expect([one.state.steady.length, other.state.steady.length]).toEqual([0, 3])
    for (const row of [
      [0, 0, 0],
      [1, 2, 3],
      [0, 2, 0],
    ]) {
      const [a, b] = [gaussianScores(one.state, rowsOf([row])), gaussianScores(other.state, rowsOf([row]))]
      for (const [k, score] of a.entries()) expect(score).toBeCloseTo(b[k] ?? Number.NaN, 5)
    }
  })
  test('columns without any spread leave the shares of the classes', async () => {
    const [first, second] = await probabilities(dataOf([[7], [7], [7], [7]], [0, 1, 1, 1], 2), [[9]])
    expect([first, second]).toEqual([0.25, 0.75])
  })
  test('one row, a class without rows, and numbers at the end of what float32 holds', async () => {
    expect(await probabilities(dataOf([[1, 2]], [0], 2), [[1, 2]])).toEqual([expect.closeTo(2 / 3, 6), expect.closeTo(1 / 3, 6)])
    for (const value of await probabilities(dataOf([[3e38], [-3e38], [1e-40]], [0, 1, 2], 3), [[3e38], [0]]))
      expect(value).toBeGreaterThanOrEqual(0)
  })
  test('a timestamp that differs by seconds is told apart', async () => {
    const start = 2 ** 30
    const rows = [0, 128, 256, 10_240, 10_368, 10_496].map((after) => [start + after])
    const [near, , , far] = await probabilities(dataOf(rows, [0, 0, 0, 1, 1, 1], 2), [[start + 128], [start + 10_368]])
    expect(near).toBeGreaterThan(0.999)
    expect(far).toBeGreaterThan(0.999)
  })
  test('too many terms are refused with what to do', async () => {
    const wide = { ...data, x: { ...data.x, terms: 20_001 } }
    await expect(fitGaussianNaiveBayes({ varSmoothing: 1e-9 }, wide, { seed: 1 })).rejects.toThrow(/at most 20,000 terms, here are 20,001/)
  })
})
