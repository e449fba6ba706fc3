import { describe, expect, test } from 'vitest'
import { seededRandom } from '#ml/estimators/random'
import { rowsOf } from '#ml/features/rows-of'
import golden from '../fixtures/golden-neighbours.json'
import { fitKMeans, nearestCentres } from './k-means'

const { x, inertia, call } = golden.clusters
const params = { clusters: 8, restarts: 10, passes: 100, batch: 1_000 }

describe('k-means', () => {
  test(`is as tight as ${call}`, async () => {
    const model = await fitKMeans(params, { x: rowsOf(x), weights: null }, { seed: 1 })
    expect(model.inertia).toBeLessThanOrEqual(inertia * 1.01)
    const { labels, squares } = nearestCentres(model, rowsOf(x))
    expect(squares.reduce((sum, square) => sum + square, 0)).toBeCloseTo(model.inertia, 2)
    expect(new Set(labels).size).toBe(8)
  })
  test('mini-batches come within 1 % of passes over all rows', async () => {
    const random = seededRandom(5)
    const many = Array.from({ length: 6_000 }, (_, i) => (x[i % x.length] ?? []).map((value) => value + random() - 0.5))
    const whole = await fitKMeans({ ...params, restarts: 3, batch: 6_000 }, { x: rowsOf(many), weights: null }, { seed: 1 })
    const batches = await fitKMeans({ ...params, restarts: 3, batch: 200 }, { x: rowsOf(many), weights: null }, { seed: 1 })
    expect(batches.inertia).toBeLessThanOrEqual(whole.inertia * 1.01)
    expect(batches).not.toEqual(whole)
  })
  test('the same seed gives the same centres; weights are repetitions; far from 0 as near it', async () => {
    const rows = [
      [1, 0],
      [1.5, 0],
      [9, 1],
      [9.5, 1],
      [4, 8],
    ]
    const cluster = (values: number[][], weights: number[] | null) =>
      fitKMeans({ ...params, clusters: 3 }, { x: rowsOf(values), weights: weights && Float64Array.from(weights) }, { seed: 1 })
    const once = await cluster(rows, [1, 3, 1, 1, 1])
    expect(await cluster(rows, [1, 3, 1, 1, 1])).toEqual(once)
    const repeated = await cluster([...rows, [1.5, 0], [1.5, 0]], null)
    expect(once.inertia).toBeCloseTo(0.1875 + 0.125, 9)
    expect(repeated.inertia).toBeCloseTo(once.inertia, 9)
    const far = await cluster(
      rows.map(([a = 0, b = 0]) => [2 ** 22 + 2 * a, b]),
      [1, 3, 1, 1, 1],
    )
    expect(far.inertia).toBeCloseTo(4 * once.inertia, 6)
  })
  test('rows that are all the same, and as many clusters as rows', async () => {
    const same = await fitKMeans(
      { ...params, clusters: 2 },
      {
        x: rowsOf([
          [3, 0],
          [3, 0],
          [3, 0],
        ]),
        weights: null,
      },
      { seed: 1 },
    )
    expect([same.inertia, [...nearestCentres(same, rowsOf([[4, 0]])).squares]]).toEqual([0, [1]])
    const each = await fitKMeans({ ...params, clusters: 3 }, { x: rowsOf([[1], [2], [4]]), weights: null }, { seed: 1 })
    expect(each.inertia).toBe(0)
  })
  test('too many clusters are refused, and cancelling is heard', async () => {
    await expect(fitKMeans(params, { x: rowsOf([[1]]), weights: null }, { seed: 1 })).rejects.toThrow(/1 row cannot form 8 clusters/)
    const cancelled = fitKMeans(params, { x: rowsOf(x), weights: null }, { seed: 1, signal: AbortSignal.abort() })
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
  })
})
