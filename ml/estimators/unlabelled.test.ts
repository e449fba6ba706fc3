import { describe, expect, test } from 'vitest'
import { estimatorSchema } from '#core/estimators/estimators'
import { rowsOf } from '#ml/features/rows-of'
import { scoresOf } from '#ml/models/model-state'
import { argmaxRows, softmaxRows } from '#ml/models/scores'
import { anomalyThreshold } from '#ml/unlabelled/anomaly-threshold'
import { fitIsolationForest, isolationScores } from '#ml/unlabelled/isolation-forest'
import { fitKMeans, nearestCentres } from '#ml/unlabelled/k-means'
import golden from '../fixtures/golden-neighbours.json'
import contamination from '../fixtures/golden-unlabelled.json'
import { fitEstimator } from './fit-estimator'
import { fitAnomalies } from './isolation-forest'
import { fitClusters } from './k-means'

const settings = { clusters: 8, restarts: 5, passes: 100, batch: 1_000 }
const rows = { x: rowsOf(golden.clusters.x), weights: null }
const countOf = (labels: Int32Array, label: number) => labels.filter((each) => each === label).length

describe('clusters as a classifier', () => {
  test.each([0, 4_000])('the likeliest class is the nearest centre, %i off 0, and the largest is the first', async (off) => {
    const x = rowsOf(golden.clusters.x.map((row) => row.map((value) => value + off)))
    const { state } = await fitClusters(settings, { x, weights: null }, { seed: 1 })
    const found = await fitKMeans(settings, { x, weights: null }, { seed: 1 })
    const nearest = nearestCentres(found, x).labels
    const labels = argmaxRows(softmaxRows(scoresOf(state, x), 8), 8)
    const pairs = new Map(Array.from(nearest, (label, row) => [label, labels[row]]))
    expect(Array.from(nearest, (label) => pairs.get(label))).toEqual([...labels])
    const sizes = Array.from({ length: 8 }, (_, k) => countOf(labels, k))
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
  })
  test('probabilities are those of Gaussians whose variance is that of the rows in their clusters', async () => {
    // two clusters along one column, with a variance of 1 each; the other column is the same everywhere
    const values = [0, 10].flatMap((centre) => [-1, 1, -1, 1].map((step) => [centre + step, 7]))
    const { state } = await fitClusters({ ...settings, clusters: 2 }, { x: rowsOf(values), weights: null }, { seed: 1 })
    const [nearer = 0, farther = 0] = [...softmaxRows(scoresOf(state, rowsOf([[4.5, 7]])), 2)].sort((a, b) => b - a)
    // at 4.5 and 5.5 from the centres: exp(-20.25 / 2) against exp(-30.25 / 2)
    expect(Math.log(nearer / farther)).toBeCloseTo(5, 4)
    expect(softmaxRows(scoresOf(state, rowsOf([[5, 7]])), 2)[0]).toBeCloseTo(0.5, 6)
  })
  test('weights are repetitions; the order of the rows does not matter where clusters are clear', async () => {
    const clear = [0, 100, 300].flatMap((centre, k) => Array.from({ length: 12 - k * 3 }, (_, i) => [centre + (i % 4), i % 3]))
    const three = { ...settings, clusters: 3 }
    const cluster = async (values: number[][], weights: number[] | null) =>
      softmaxRows(
        scoresOf(
          (await fitClusters(three, { x: rowsOf(values), weights: weights && Float64Array.from(weights) }, { seed: 1 })).state,
          rowsOf(clear),
        ),
        3,
      )
    const once = await cluster(
      clear,
      clear.map((_, i) => 1 + (i % 2)),
    )
    const repeated = await cluster(
      clear.flatMap((row, i) => (i % 2 === 1 ? [row, row] : [row])),
      null,
    )
    for (const [i, value] of repeated.entries()) expect(value).toBeCloseTo(once[i] ?? Number.NaN, 5)
    const [plain, turned] = [await cluster(clear, null), await cluster([...clear].reverse(), null)]
    for (const [i, value] of turned.entries()) expect(value).toBeCloseTo(plain[i] ?? Number.NaN, 5)
  })
  test('says how many clusters have rows, and what cannot be read', async () => {
    const same = await fitClusters({ ...settings, clusters: 3 }, { x: rowsOf([[3], [3], [3], [4]]), weights: null }, { seed: 1 })
    expect(same.notes).toEqual(['Only 2 of 3 clusters have rows, because so few rows differ: ask for fewer clusters.'])
    const missing = { x: { ...rowsOf([[1], [Number.NaN]], true), nameOf: () => 'age' }, weights: null }
    await expect(fitClusters({ ...settings, clusters: 2 }, missing, { seed: 1 })).rejects.toThrow(/missing or infinite value, as "age" has/)
    await expect(
      fitEstimator(estimatorSchema.parse({ kind: 'k-means' }), rows, { seed: 1, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('anomalies as a classifier', () => {
  const x = rowsOf(golden.outliers.x)
  const params = { trees: 100, sample: 256 }
  test('the probability of an anomaly is the isolation score', async () => {
    const { state } = await fitAnomalies(params, { x, weights: null }, { seed: 1 })
    const forest = await fitIsolationForest(params, { x, weights: null }, { seed: 1 })
    const probabilities = softmaxRows(scoresOf(state, x), 2)
    for (const [row, score] of isolationScores(forest, x).entries()) expect(probabilities[row * 2]).toBeCloseTo(score, 5)
  })
  test(`the threshold calls as many as ${contamination.contamination.call}, and finds as many of the true ones`, async () => {
    const { state } = await fitAnomalies(params, { x, weights: null }, { seed: 1 })
    const scores = softmaxRows(scoresOf(state, x), 2).filter((_, at) => at % 2 === 0)
    const threshold = anomalyThreshold(scores, 0.05)
    const called = [...scores.keys()].filter((row) => (scores[row] ?? 0) >= threshold)
    expect(called).toHaveLength(contamination.contamination.called)
    const found = called.filter((row) => golden.outliers.isOutlier[row] === 1).length
    expect(found).toBeGreaterThanOrEqual(contamination.contamination.found - 1)
  })
  test.each([
    { name: 'between two scores', scores: [0.1, 0.9, 0.5, 0.4], share: 0.25, called: 1 },
    { name: 'rounds to whole rows', scores: [0.1, 0.9, 0.5, 0.4], share: 0.4, called: 2 },
    { name: 'equal scores at the border stay normal', scores: [0.9, 0.5, 0.5, 0.5], share: 0.5, called: 1 },
    { name: 'all the same', scores: [0.5, 0.5, 0.5], share: 0.3, called: 0 },
    { name: 'too few rows for one', scores: [0.9, 0.5], share: 0.1, called: 0 },
    { name: 'one row', scores: [0.5], share: 0.5, called: 1 },
  ])('threshold: $name', ({ scores, share, called }) => {
    const threshold = anomalyThreshold(Float32Array.from(scores), share)
    expect(Float32Array.from(scores).filter((score) => score >= threshold)).toHaveLength(called)
  })
  test('rows that are all the same are ordinary; too wide a table is refused', async () => {
    const same = await fitAnomalies(
      params,
      {
        x: rowsOf([
          [1, 2],
          [1, 2],
          [1, 2],
        ]),
        weights: null,
      },
      { seed: 1 },
    )
    expect(softmaxRows(scoresOf(same.state, rowsOf([[1, 2]])), 2)[0]).toBeCloseTo(0.5, 6)
    expect(same.notes).toHaveLength(1)
    const wide = { x: { ...x, terms: 5_000 }, weights: null }
    await expect(fitAnomalies(params, wide, { seed: 1 })).rejects.toThrow(/5,000 are too many, at most 4,096 .* Components/)
  })
})
