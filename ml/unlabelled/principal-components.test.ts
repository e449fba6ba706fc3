import { describe, expect, test } from 'vitest'
import { seededRandom } from '#ml/estimators/random'
import { rowsOf } from '#ml/features/rows-of'
import golden from '../fixtures/golden-neighbours.json'
import { fitComponents, projectRows } from './principal-components'

const { x, pca, svd } = golden.components
const rows = { x: rowsOf(x), weights: null }

function expectClose(mine: ArrayLike<number>, theirs: readonly number[], digits: number) {
  expect(mine.length).toBeGreaterThanOrEqual(theirs.length)
  for (const [i, expected] of theirs.entries()) expect(mine[i]).toBeCloseTo(expected, digits)
}

describe('against scikit-learn', () => {
  test(pca.call, async () => {
    const fit = await fitComponents({ components: 3, centre: true }, rows, { seed: 1 })
    expectClose(fit.means, pca.mean, 6)
    expectClose(fit.directions, pca.components.flat(), 6)
    expectClose(fit.variance, pca.variance, 6)
    expectClose(fit.share, pca.share, 6)
    expectClose(projectRows(fit, rows.x), pca.transformed.flat(), 6)
  })
  test(svd.call, async () => {
    const fit = await fitComponents({ components: 3, centre: false }, rows, { seed: 1 })
    expectClose(fit.directions, svd.components.flat(), 8)
    expectClose(fit.singular, svd.singular, 6)
    expectClose(fit.variance, svd.variance, 6)
    expectClose(fit.share, svd.share, 6)
    expectClose(projectRows(fit, rows.x), svd.transformed.flat(), 6)
  })
})

describe('components', () => {
  test.each([true, false])('weights are repetitions (centre: %s)', async (centre) => {
    const weights = Float64Array.from(x, (_, row) => 1 + (row % 3))
    const repeated = { x: rowsOf(x.flatMap((row, i) => new Array<number[]>(1 + (i % 3)).fill(row))), weights: null }
    const one = await fitComponents({ components: 2, centre }, { x: rowsOf(x), weights }, { seed: 1 })
    const other = await fitComponents({ components: 2, centre }, repeated, { seed: 1 })
    for (const key of ['directions', 'variance', 'share', 'singular', 'means'] as const) expectClose(one[key], [...other[key]], 6)
  })
  test('of many sparse terms, few components are found as well as all of them', async () => {
    const random = seededRandom(3)
    const wide = rowsOf(
      Array.from({ length: 80 }, (_, i) =>
        Array.from({ length: 200 }, (_v, t) => (random() < 0.2 ? random() + (t % 4 === i % 4 ? 5 + (t % 4) : 0) : 0)),
      ),
    )
    const few = await fitComponents({ components: 3, centre: true }, { x: wide, weights: null }, { seed: 1 })
    const all = await fitComponents({ components: 80, centre: true }, { x: wide, weights: null }, { seed: 2 })
    expectClose(few.variance, [...all.variance.subarray(0, 3)], 2)
    expectClose(few.directions, [...all.directions.subarray(0, 400)], 3)
    expect(all.share.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
  })
  test('constant columns, one row, more terms than rows', async () => {
    const fit = await fitComponents(
      { components: 2, centre: true },
      {
        x: rowsOf([
          [5, 1, 0],
          [5, 2, 0],
          [5, 4, 0],
        ]),
        weights: null,
      },
      { seed: 1 },
    )
    expectClose(fit.directions, [0, 1, 0, 0, 0, 0], 9)
    expectClose(fit.share, [1, 0], 9)
    const single = await fitComponents({ components: 1, centre: true }, { x: rowsOf([[1, 2]]), weights: null }, { seed: 1 })
    expect([single.variance[0], single.share[0], ...projectRows(single, rowsOf([[1, 2]]))]).toEqual([0, 0, 0])
  })
  test('too many components are refused; the same seed gives the same figures', async () => {
    await expect(fitComponents({ components: 7, centre: true }, rows, { seed: 1 })).rejects.toThrow(
      /40 rows of 6 terms have at most 6 components/,
    )
    const twice = [1, 1].map((seed) => fitComponents({ components: 2, centre: true }, rows, { seed }))
    expect(await twice[0]).toEqual(await twice[1])
  })
})
