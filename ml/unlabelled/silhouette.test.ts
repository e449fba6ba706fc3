import { describe, expect, test } from 'vitest'
import { rowsOf } from '#ml/features/rows-of'
import neighbours from '../fixtures/golden-neighbours.json'
import golden from '../fixtures/golden-unlabelled.json'
import { silhouettes } from './silhouette'

const { x } = neighbours.clusters
const { labels, score, samples, call } = golden.silhouette

describe('silhouette', () => {
  test(call, async () => {
    const mine = await silhouettes(rowsOf(x), Int32Array.from(labels), 9)
    for (const [row, value] of (mine ?? []).entries()) expect(value).toBeCloseTo(samples[row] ?? Number.NaN, 5)
    expect([...(mine ?? [])].reduce((sum, value) => sum + value, 0) / x.length).toBeCloseTo(score, 6)
  })
  test('far from 0 as near it', async () => {
    const far = x.map((row) => row.map((value) => value + 4_096))
    const [near, off] = [
      await silhouettes(rowsOf(x), Int32Array.from(labels), 9),
      await silhouettes(rowsOf(far), Int32Array.from(labels), 9),
    ]
    for (const [row, value] of (off ?? []).entries()) expect(value).toBeCloseTo(near?.[row] ?? Number.NaN, 2)
  })
  test('one cluster has none; rows that are all the same are no better in theirs; cancelling is heard', async () => {
    expect(await silhouettes(rowsOf([[1], [2]]), Int32Array.of(1, 1), 3)).toBeNull()
    expect(await silhouettes(rowsOf([[1], [1], [1], [1]]), Int32Array.of(0, 0, 1, 1), 2)).toEqual(Float64Array.of(0, 0, 0, 0))
    const many = rowsOf(Array.from({ length: 1_500 }, (_, i) => Array.from({ length: 8 }, (_v, k) => ((i * 7 + k * 3) % 11) + 1)))
    const cancelled = silhouettes(
      many,
      Int32Array.from({ length: 1_500 }, (_, i) => i % 3),
      3,
      AbortSignal.abort(),
    )
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
  })
})
