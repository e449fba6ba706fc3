import { describe, expect, test } from 'vitest'
import { estimatorSchema } from '#core/estimators/estimators'
import { openPace } from '#ml/estimators/pace'
import { endOfAborted, repeated, sparseRows } from '#ml/estimators/testing'
import { rowsBetween } from '#ml/features/sparse-rows'
import { foldIn } from '#ml/models/factors'
import { scoresOf } from '#ml/models/model-state'
import golden from '../fixtures/golden-recommend.json'
import { easeWeights } from './ease'
import { fitRecommender } from './fit-recommender'
import { fitAls, gramOfFactors } from './implicit-als'
import { invertSymmetric } from './invert-symmetric'
import { itemSimilarities } from './item-item'
import { tastefulRows, tastefulUsers } from './testing'

const pace = openPace(undefined)
const counts = sparseRows(golden.counts)
const binary = { ...counts, values: counts.values.map(() => 1) }
const items = counts.terms

/** [items][items] without the diagonal, which says only what is had. */
const offDiagonal = (weights: ArrayLike<number>) => Array.from(weights).filter((_, i) => i % (items + 1) !== 0)
const expectClose = (mine: ArrayLike<number>, theirs: readonly number[], digits: number) => {
  expect(mine).toHaveLength(theirs.length)
  for (const [i, value] of theirs.entries()) expect(mine[i]).toBeCloseTo(value, digits)
}

describe('against numpy', () => {
  test.each(golden.ease)('$call', async ({ isBinary, l2, weights }) => {
    const learned = await easeWeights({ x: isBinary ? binary : counts, weights: null }, l2, pace)
    expectClose(offDiagonal(learned), offDiagonal(weights.flat()), 6)
  })
  test.each(golden.cosine)('$call', async ({ isBinary, neighbours, shrinkage, weights }) => {
    const learned = await itemSimilarities({ x: isBinary ? binary : counts, weights: null }, { neighbours, shrinkage }, pace)
    const dense = new Float64Array(items * items)
    for (const [at, id] of learned.ids.entries())
      if (id < items) dense[Math.floor(at / learned.width) * items + id] = learned.values[at] ?? 0
    expectClose(dense, weights.flat(), 6)
  })
  test(golden.als.call, async () => {
    const { factors, alpha, regularisation, iterations, seed, items: theirs, losses, history, user } = golden.als
    const { items: mine, objective } = await fitAls(
      { x: counts, weights: null },
      { factors, alpha, regularisation, iterations, steps: factors + 2 },
      { seed, pace },
    )
    expectClose(mine, theirs.flat(), 7)
    for (const [i, loss] of losses.entries()) expect(objective[i] ?? 0).toBeCloseTo(loss, 6)
    const folded = foldIn(
      {
        shape: 'factors',
        factors: Float32Array.from(theirs.flat()),
        size: factors,
        gram: gramOfFactors(Float32Array.from(theirs.flat()), factors, regularisation),
        confidence: alpha,
        steps: factors + 2,
        bias: new Float32Array(items),
        terms: items,
        outputs: items,
      },
      history,
    )
    expectClose(folded, user, 5)
  })
})

test('the objective of ALS falls in each iteration, also by few steps', async () => {
  const { objective } = await fitAls(
    { x: tastefulUsers(), weights: null },
    { factors: 16, alpha: 20, regularisation: 1, iterations: 12, steps: 3 },
    { seed: 5, pace },
  )
  expect(objective).toHaveLength(12)
  for (const [i, loss] of objective.entries()) if (i > 0) expect(loss).toBeLessThan(objective[i - 1] ?? 0)
})

test.each([1, 2, 3, 4, 5, 8, 33])('a matrix of %i rows times its inverse is one', async (n) => {
  const rows = tastefulRows({ users: n * 3, items: Math.ceil(n / 6) * 6 }).map((row) => row.slice(0, n))
  const matrix = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    return rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), i === j ? 2 : 0)
  })
  const inverse = matrix.slice()
  expect(await invertSymmetric(inverse, n, pace)).toBe(true)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += (matrix[i * n + k] ?? 0) * (inverse[Math.max(k, j) * n + Math.min(k, j)] ?? 0)
      expect(sum).toBeCloseTo(i === j ? 1 : 0, 10)
    }
  }
  expect(await invertSymmetric(Float64Array.of(1, 2, 2, 1), 2, pace)).toBe(false)
})

/** A recommender with settings that make it quick. */
function paramsOf(algorithm: string) {
  const parsed = estimatorSchema.parse({ kind: 'recommender', algorithm, l2: 20, factors: 8, iterations: 6, neighbours: 12 })
  if (parsed.kind !== 'recommender') throw new Error('no recommender')
  return parsed
}

describe.each(['ease', 'als', 'item-item', 'popularity'])('%s', (algorithm) => {
  const params = paramsOf(algorithm)
  const x = tastefulUsers({ users: 120 })
  const learn = (rows = x, weights: Float64Array | null = null, seed = 5) => fitRecommender(params, { x: rows, weights }, { seed })

  test('gives the same bytes for the same seed, and leaves its data alone', async () => {
    const before = structuredClone(x)
    const first = await learn()
    expect(await learn()).toEqual(first)
    expect(x).toEqual(before)
  })
  test('scores what a user has below all else, and all else with finite numbers', async () => {
    const { state } = await learn()
    const scores = scoresOf(state, x)
    for (let user = 0; user < x.rows; user++) {
      const own = scores.subarray(user * x.terms, (user + 1) * x.terms)
      const had = new Set(x.ids.subarray(x.ptr[user], x.ptr[user + 1]))
      for (const [item, score] of own.entries()) expect(had.has(item) ? score < -9_000 : Math.abs(score) < 100).toBe(true)
    }
  })
  test('takes a weight of two for the same user twice', async () => {
    const dense = tastefulRows({ users: 40 })
    const weights = Float64Array.from(dense, (_, i) => 1 + (i % 3))
    const [a, b] = [await learn(sparseRows(dense), weights), await learn(sparseRows(repeated(dense, weights)))]
    const [mine, theirs] = [scoresOf(a.state, sparseRows(dense)), scoresOf(b.state, sparseRows(dense))]
    for (const [i, score] of theirs.entries()) expect(mine[i] ?? 0).toBeCloseTo(score, 4)
  })
  test('does not mind the order of the users', async () => {
    const dense = tastefulRows({ users: 60 })
    const other = dense.map((_, i) => dense[(i * 7) % dense.length] ?? [])
    const [a, b] = [await learn(sparseRows(dense)), await learn(sparseRows(other))]
    const [mine, theirs] = [scoresOf(a.state, sparseRows(dense)), scoresOf(b.state, sparseRows(dense))]
    for (const [i, score] of theirs.entries()) expect(mine[i] ?? 0).toBeCloseTo(score, 4)
  })
  test('answers the most popular item to who has nothing yet', async () => {
    const { state } = await learn()
    const users = new Float64Array(x.terms)
    for (const item of x.ids) users[item] = (users[item] ?? 0) + 1
    const scores = scoresOf(state, { ...rowsBetween(x, 0, 0), rows: 1, ptr: Int32Array.of(0, 0) })
    expect(users[scores.indexOf(Math.max(...scores))]).toBe(Math.max(...users))
  })
  test.each([
    ['one user', [[1, 0, 1]]],
    ['one item', [[1], [1]]],
    ['one of each', [[1]]],
    [
      'an item that nobody has',
      [
        [1, 0, 1],
        [1, 0, 0],
      ],
    ],
  ])('answers with finite numbers after %s', async (_name, rows) => {
    const { state } = await learn(sparseRows(rows))
    expect(scoresOf(state, sparseRows(rows)).every(Number.isFinite)).toBe(true)
  })
  test('ends when it is aborted', async () => {
    const many = tastefulUsers({ users: 600, items: 1_200, each: 150 })
    const slow = { ...params, factors: 64, iterations: 200 }
    const end = await endOfAborted((signal) => fitRecommender(slow, { x: many, weights: null }, { seed: 1, signal }))
    expect(end).toBe(algorithm === 'popularity' ? 'finished' : 'cancelled')
  })
})

test('ALS says when regularisation has left nothing, and then answers what is popular', async () => {
  const x = tastefulUsers({ users: 60 })
  const { state, notes } = await fitRecommender({ ...paramsOf('als'), regularisation: 1e5 }, { x, weights: null }, { seed: 1 })
  expect(notes).toEqual([expect.stringMatching(/Regularisation 100000 has left no factors/)])
  expect(scoresOf(state, x).every(Number.isFinite)).toBe(true)
  expect((await fitRecommender(paramsOf('als'), { x, weights: null }, { seed: 1 })).notes).toEqual([])
})

test('EASE says when it cannot take so many items, or so little regularisation', async () => {
  const x = { ...counts, terms: 10_001 }
  await expect(easeWeights({ x, weights: null }, 1, pace)).rejects.toMatchObject({
    message: expect.stringMatching(/10,001 items are more than the 10,000/),
    hint: { param: 'mostItems' },
  })
  const same = sparseRows([
    [1, 1],
    [1, 1],
  ])
  await expect(easeWeights({ x: { ...same, values: same.values.map(() => 1e12) }, weights: null }, 1e-9, pace)).rejects.toMatchObject({
    hint: { param: 'l2' },
  })
})
