import { describe, expect, test } from 'vitest'
import { rowsOf } from '#ml/features/rows-of'
import { rankingOf } from '#ml/metrics/ranking'
import golden from '../fixtures/golden-neighbours.json'
import { averagePath, fitIsolationForest, isolationScores } from './isolation-forest'

const { x, isOutlier, rocAuc, scores: theirs, call } = golden.outliers
const rows = { x: rowsOf(x), weights: null }

describe('isolation forest', () => {
  test(`finds outliers as well as the ${call}`, async () => {
    const forest = await fitIsolationForest({ trees: 100, sample: 256 }, rows, { seed: 1 })
    const area = rankingOf(isolationScores(forest, rows.x), Uint8Array.from(isOutlier)).rocAuc ?? 0
    expect(area).toBeGreaterThanOrEqual(rocAuc - 0.005)
  })
  test('gives the scores of 2,000 trees of scikit-learn, within 0.03', async () => {
    const forest = await fitIsolationForest({ trees: 400, sample: 256 }, rows, { seed: 2 })
    const mine = isolationScores(forest, rows.x)
    for (const [row, score] of mine.entries()) expect(Math.abs(score - (theirs[row] ?? 0))).toBeLessThan(0.03)
  })
  test('c(n) as scikit-learn: _average_path_length([0, 1, 2, 3, 10, 256])', () => {
    const expected = [0, 0, 1, 1.207392357589779, 3.748880484475505, 10.244770920116851]
    for (const [i, n] of [0, 1, 2, 3, 10, 256].entries()) expect(averagePath(n)).toBeCloseTo(expected[i] ?? Number.NaN, 9)
  })
  test('the same seed gives the same forest; a row of weight 2 is two rows', async () => {
    const settings = { trees: 20, sample: 64 }
    const forest = await fitIsolationForest(settings, rows, { seed: 3 })
    expect(await fitIsolationForest(settings, rows, { seed: 3 })).toEqual(forest)
    const weighted = await fitIsolationForest(settings, { x: rowsOf([[1], [2], [9]]), weights: Float64Array.of(2, 1, 1) }, { seed: 3 })
    const repeated = await fitIsolationForest(settings, { x: rowsOf([[1], [1], [2], [9]]), weights: null }, { seed: 3 })
    expect(isolationScores(weighted, rowsOf([[1], [9]]))).toEqual(isolationScores(repeated, rowsOf([[1], [9]])))
  })
  test('one row, rows that are all the same, and terms that rows leave out', async () => {
    for (const values of [
      [[1, 2]],
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
    ]) {
      const forest = await fitIsolationForest({ trees: 10, sample: 256 }, { x: rowsOf(values), weights: null }, { seed: 1 })
      expect(isolationScores(forest, rowsOf([[1, 2]]))[0]).toBeCloseTo(0.5, 9)
    }
    const settings = { trees: 10, sample: 256 }
    const sparse = await fitIsolationForest(
      settings,
      {
        x: rowsOf([
          [0, 1],
          [0, 2],
          [7, 0],
          [0, 3],
        ]),
        weights: null,
      },
      { seed: 1 },
    )
    const dense = await fitIsolationForest(
      settings,
      {
        x: rowsOf(
          [
            [0, 1],
            [0, 2],
            [7, 0],
            [0, 3],
          ],
          true,
        ),
        weights: null,
      },
      { seed: 1 },
    )
    expect(sparse).toEqual(dense)
  })
})
