import { describe, expect, test } from 'vitest'
import { rowsOf } from '#ml/features/rows-of'
import { neighbourScores } from '#ml/models/neighbours'
import { softmaxRows } from '#ml/models/scores'
import golden from '../fixtures/golden-neighbours.json'
import { fitNearestNeighbours } from './nearest-neighbours'

const { x, y, new: unseen } = golden.rows
const uniform = { k: 3, weighting: 'uniform', metric: 'euclidean' } as const
type Params = Parameters<typeof fitNearestNeighbours>[0]

async function shares(params: Params, rows: number[][], labels: number[], asked: number[][], weights: number[] | null = null) {
  const classes = Math.max(...labels) + 1
  const data = { x: rowsOf(rows), y: Int32Array.from(labels), classes, weights: weights && Float64Array.from(weights) }
  const { state } = await fitNearestNeighbours(params, data)
  const probabilities = softmaxRows(neighbourScores(state, rowsOf(asked)), classes)
  // Undoes the smoothing: one more vote, split among the classes.
  return Array.from(probabilities, (p) => (p * (state.k + 1) - 1 / classes) / state.k)
}

describe('against scikit-learn', () => {
  test.each(golden.neighbours)('$call', async ({ k, weighting, metric, probabilities }) => {
    // JSON widens the words to strings.
    const params = { k, weighting, metric } as Params
    for (const [i, share] of (await shares(params, x, y, unseen)).entries()) {
      expect(share).toBeCloseTo(probabilities.flat()[i] ?? Number.NaN, 4)
    }
  })
})

describe('who votes', () => {
  const line = [[1], [2], [3], [4], [5]]
  const cases: {
    name: string
    params?: Partial<Params>
    rows: number[][]
    labels: number[]
    asked: number[]
    expected: number[]
    weights?: number[]
  }[] = [
    { name: 'equally far: the first rows', rows: [[1], [-1], [1], [-1]], labels: [0, 0, 1, 1], asked: [0], expected: [2 / 3, 1 / 3] },
    {
      name: 'equally far but for rounding: the first rows',
      params: { k: 1 },
      rows: [[1], [-0.9999999]],
      labels: [0, 1],
      asked: [0],
      expected: [1, 0],
    },
    { name: 'a nearer row goes before a first one', params: { k: 1 }, rows: [[1], [-0.999]], labels: [0, 1], asked: [0], expected: [0, 1] },
    { name: 'more neighbours than rows: all', params: { k: 99 }, rows: line, labels: [0, 0, 1, 1, 1], asked: [1], expected: [0.4, 0.6] },
    {
      name: 'a row of weight 2 votes twice',
      params: { k: 2 },
      rows: [[1], [2], [3]],
      labels: [0, 1, 1],
      asked: [0],
      weights: [2, 1, 1],
      expected: [1, 0],
    },
    {
      name: 'the same row by distance decides alone',
      params: { weighting: 'distance' },
      rows: line,
      labels: [0, 1, 1, 1, 1],
      asked: [1],
      expected: [1, 0],
    },
    {
      name: 'all the same',
      params: { weighting: 'distance' },
      rows: [[0], [0], [0]],
      labels: [0, 1, 1],
      asked: [0],
      expected: [1 / 3, 2 / 3],
    },
    {
      name: 'a row of zeros has no direction',
      params: { metric: 'cosine', k: 2 },
      rows: [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
      labels: [0, 1, 1],
      asked: [2, 2],
      expected: [0, 1],
    },
    { name: 'far off', params: { k: 2 }, rows: [[3e38], [-3e38], [2e38]], labels: [0, 1, 0], asked: [3e38], expected: [1, 0] },
    {
      name: 'a large number that differs little',
      params: { k: 1 },
      rows: [[2 ** 30], [2 ** 30 + 256]],
      labels: [0, 1],
      asked: [2 ** 30 + 192],
      expected: [0, 1],
    },
  ]
  test.each(cases)('$name', async ({ params, rows, labels, asked, expected, weights }) => {
    const given = await shares({ ...uniform, ...params }, rows, labels, [asked], weights ?? null)
    for (const [k, share] of given.entries()) expect(share).toBeCloseTo(expected[k] ?? Number.NaN, 4)
  })
})

describe('what is refused', () => {
  const data = { x: rowsOf(x), y: Int32Array.from(y), classes: 3, weights: null }
  const many = { ...rowsOf([[1]]), rows: 50_001 }
  test.each([
    { name: 'too many values', data: { ...data, x: { ...data.x, terms: 1_000_000 } }, says: /60,000,000 values, more than the 50,000,000/ },
    {
      name: 'too many rows',
      data: { ...data, x: many, y: new Int32Array(50_001) },
      says: /50,001 rows are more than the 50,000 allowed.*Sample/,
    },
    { name: 'half a row', data: { ...data, weights: new Float64Array(60).fill(0.5) }, says: /cannot weigh 0.5/ },
  ])('$name', async ({ data, says }) => {
    await expect(fitNearestNeighbours(uniform, data)).rejects.toThrow(says)
  })
})
