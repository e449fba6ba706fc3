import { describe, expect, test } from 'vitest'
import { type Estimator, type EstimatorKind, estimatorSchema, estimators, learnsFromAnswers, taskOf } from '#core/estimators/estimators'
import type { SparseRows } from '#ml/features/sparse-rows'
import { type ModelState, scoresOf } from '#ml/models/model-state'
import { softmaxRows } from '#ml/models/scores'
import type { ClassData, Fit, FitContext, NumberData } from './contract'
import { fitEstimator } from './fit-estimator'
import { seededRandom } from './random'

/** What holds for every estimator; a new one is in the list by itself. */

/** Params that make an estimator quick, where its defaults are not. */
const quick: Partial<Record<EstimatorKind, Record<string, unknown>>> = {
  // With a weaker penalty the answer for a single row moves more than the loss that training stops by.
  'logistic-regression': { c: 1 },
  'gradient-boosting': { trees: 15 },
  'gradient-boosting-regression': { trees: 15 },
  'random-forest': { trees: 15 },
  'random-forest-regression': { trees: 15 },
  'extra-trees': { trees: 15 },
  'isolation-forest': { trees: 15 },
  'k-means': { clusters: 3, restarts: 2 },
}
// what recommenders learn from are no rows of features
const kinds = (Object.keys(estimators) as EstimatorKind[]).filter((kind) => estimators[kind].task !== 'recommendation')
const ofTask = (task: string) => kinds.filter((kind) => estimators[kind].task === task)

/** Estimators whose model depends on the order of rows, through what is drawn for each: equal in law, not in bytes. */
const drawsRows = new Set<string>([
  'random-forest',
  'random-forest-regression',
  'extra-trees',
  'neural-network',
  'isolation-forest',
  'k-means',
])
/** Those that find the best solution only nearly, from an order that the seed draws. */
const stopsNear = new Set<string>(['logistic-regression', 'linear-svm', 'linear-regression'])

function estimatorOf(kind: EstimatorKind): Estimator {
  return estimatorSchema.parse({ kind, ...estimators[kind].params.parse(quick[kind] ?? {}) })
}

/** Two thirds numbers of all sizes, one third counts; nothing below 0, which naive Bayes refuses. */
function table(rows: number, terms: number, seed = 1): SparseRows {
  const random = seededRandom(seed)
  const values = Float32Array.from({ length: rows * terms }, (_, i) => ((i % terms) % 3 === 2 ? Math.floor(random() * 4) : random()))
  return fromDense(values, rows, terms)
}

function fromDense(values: Float32Array, rows: number, terms: number): SparseRows {
  return {
    rows,
    terms,
    ptr: Int32Array.from({ length: rows + 1 }, (_, i) => i * terms),
    ids: Int32Array.from({ length: rows * terms }, (_, i) => i % terms),
    values,
  }
}

function pickRows(x: SparseRows, rows: readonly number[]): SparseRows {
  const { terms } = x
  return fromDense(Float32Array.from(rows.flatMap((row) => [...x.values.subarray(row * terms, (row + 1) * terms)])), rows.length, terms)
}

const at = (x: SparseRows, row: number, term: number) => x.values[row * x.terms + term] ?? 0
const classesOf = (x: SparseRows, classes: number) =>
  Int32Array.from({ length: x.rows }, (_, row) =>
    Math.min(classes - 1, Math.floor((at(x, row, 0) * 0.8 + at(x, row, x.terms - 1) * 0.05) * classes)),
  )
const numbersOf = (x: SparseRows) => Float64Array.from({ length: x.rows }, (_, row) => 3 * at(x, row, 0) + at(x, row, x.terms - 1))

function dataOf(kind: EstimatorKind, x: SparseRows, classes = 3): ClassData | NumberData {
  return estimators[kind].task === 'classification'
    ? { x, y: classesOf(x, classes), classes, weights: null }
    : { x, y: numbersOf(x), weights: null }
}

// One call for both kinds of data; the test pairs them rightly.
const train = fitEstimator as unknown as (estimator: Estimator, data: ClassData | NumberData, context: FitContext) => Promise<Fit>

/** Probabilities, or numbers. */
function answers(kind: EstimatorKind, state: ModelState, x: SparseRows): number[] {
  const scores = scoresOf(state, x)
  return Array.from(taskOf({ kind }) === 'classification' ? softmaxRows(scores, scores.length / x.rows) : scores)
}

const largestGap = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))))

describe.each(kinds)('%s', (kind) => {
  const estimator = estimatorOf(kind)
  const x = table(240, 6)

  test('learns something, and the same seed gives the same bytes', async () => {
    const data = dataOf(kind, x)
    const [first, second] = [await train(estimator, data, { seed: 5 }), await train(estimator, data, { seed: 5 })]
    expect(second).toEqual(first)
    const given = answers(kind, first.state, x)
    if (!learnsFromAnswers(kind)) {
      // nothing to be right about: but rows differ
      expect(new Set(given).size).toBeGreaterThan(10)
      return
    }
    const classes = 3
    const right =
      'classes' in data
        ? data.y.filter((label, row) =>
            given.slice(row * classes, (row + 1) * classes).every((p, k) => k === label || p <= (given[row * classes + label] ?? 0)),
          ).length / x.rows
        : 1 - variance(given.map((value, row) => value - (data.y[row] ?? 0))) / variance([...data.y])
    // The largest class has 0.47 of the rows; the mean explains nothing.
    expect(right).toBeGreaterThan(kind === 'naive-bayes' ? 0.4 : 0.6)
  })

  test('does not change its data', async () => {
    const data = dataOf(kind, x)
    const before = structuredClone(data)
    await train(estimator, data, { seed: 1 })
    expect(data).toEqual(before)
  })

  test.skipIf(drawsRows.has(kind))('does not mind the order of the rows', async () => {
    const order = Array.from({ length: x.rows }, (_, i) => (i * 77) % x.rows)
    const shuffled = pickRows(x, order)
    const [a, b] = [await train(estimator, dataOf(kind, x), { seed: 1 }), await train(estimator, dataOf(kind, shuffled), { seed: 1 })]
    expect(largestGap(answers(kind, a.state, x), answers(kind, b.state, x))).toBeLessThan(stopsNear.has(kind) ? 0.05 : 1e-4)
  })

  test.skipIf(drawsRows.has(kind))('takes a weight of two for the same row twice', async () => {
    const twice = pickRows(
      x,
      Array.from({ length: x.rows * 2 }, (_, i) => i >> 1),
    )
    const weights = new Float64Array(x.rows).fill(2)
    // Bounds on rows in a leaf count rows, not weights: none here.
    const free = estimatorSchema.parse({ ...estimator, minRows: 1 })
    const [a, b] = [await train(free, { ...dataOf(kind, x), weights }, { seed: 1 }), await train(free, dataOf(kind, twice), { seed: 1 })]
    expect(largestGap(answers(kind, a.state, x), answers(kind, b.state, x))).toBeLessThan(stopsNear.has(kind) ? 0.05 : 1e-3)
  })

  test.each<[string, SparseRows]>([
    ['constant columns', fromDense(new Float32Array(240 * 2).fill(3), 240, 2)],
    ['one column', table(60, 1)],
    ['one row', table(1, 3)],
    ['two rows', table(2, 3)],
    ['more columns than rows', table(8, 40)],
    [
      'a column of huge numbers',
      fromDense(
        table(80, 3).values.map((v, i) => (i % 3 === 1 ? v * 1e6 : v)),
        80,
        3,
      ),
    ],
  ])('answers with finite numbers after %s', async (_name, rows) => {
    const outcome = await train(estimator, dataOf(kind, rows, 2), { seed: 1 }).catch((error) => error)
    // A sentence is an answer, too.
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: expect.stringMatching(/^bad_/) })
    else expect(answers(kind, outcome.state, rows).every(Number.isFinite)).toBe(true)
  })

  test('answers although a class has no row, as inside a fold', async () => {
    if (estimators[kind].task !== 'classification') return
    const { state } = await train(estimator, { ...dataOf(kind, x), classes: 4 }, { seed: 1 })
    const given = answers(kind, state, x)
    expect(given).toHaveLength(x.rows * 4)
    expect(given.every((p) => p >= 0 && p <= 1)).toBe(true)
  })

  test('ends when it is aborted, and leaves nothing that a second training would notice', async () => {
    const large = table(3_000, 12)
    const controller = new AbortController()
    const work = train(estimator, dataOf(kind, large), { seed: 1, signal: controller.signal })
    controller.abort()
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
    const [first, second] = [await train(estimator, dataOf(kind, x), { seed: 5 }), await train(estimator, dataOf(kind, x), { seed: 5 })]
    expect(second).toEqual(first)
  })
})

test.each(ofTask('classification').filter((kind) => 'balanced' in estimators[kind].params.shape))(
  '%s: balancing raises the recall of the rare class',
  async (kind) => {
    const x = table(400, 4, 9)
    const y = Int32Array.from({ length: x.rows }, (_, row) => (at(x, row, 0) + 0.5 * at(x, row, 1) > 1.15 ? 1 : 0))
    const recall = async (balanced: boolean) => {
      // Shallow: a forest that knows each row by heart has nothing to balance.
      const estimator = estimatorSchema.parse({ ...estimatorOf(kind), balanced, c: 0.05, maxDepth: 2, trees: 15 })
      const given = answers(kind, (await train(estimator, { x, y, classes: 2, weights: null }, { seed: 1 })).state, x)
      return given.reduce((sum, p, i) => sum + (i % 2 === 1 && y[i >> 1] === 1 ? p : 0), 0)
    }
    expect(await recall(true)).toBeGreaterThan(await recall(false))
  },
)

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
}
