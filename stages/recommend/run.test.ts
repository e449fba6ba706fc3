import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeRecipe } from '#core/model/describe-recipe'
import { recipeSchema } from '#core/ports/kinds'
import type { ColumnValues } from '#server/tables/append-columns'
import { automl } from '../automl/spec'
import { run as batchPredict } from '../batch-predict/run'
import { batchPredict as batchPredictSpec } from '../batch-predict/spec'
import { run as crossValidate } from '../cross-validate/run'
import { run as evaluate } from '../evaluate/run'
import { evaluate as evaluateSpec } from '../evaluate/spec'
import { productName, smallOrders } from '../fixtures/small-orders'
import { type TestStageContext, testStageContext } from '../testing'
import { trainAgain } from '../train-again'
import { tune } from '../tune/spec'
import { run } from './run'
import { recommend } from './spec'

let ctx: TestStageContext
beforeAll(async () => {
  ctx = await testStageContext()
})
afterAll(() => ctx.dispose())

const paramsOf = (params: Record<string, unknown> = {}) =>
  recommend.params.parse({ user: 'customer', item: 'product', l2: 20, factors: 8, alpha: 5, ...params })
const train = async (params: Record<string, unknown> = {}, users = 300) =>
  run({ params: paramsOf(params), inputs: { train: await smallOrders(ctx, { users }) }, ctx })

describe.each(['ease', 'als', 'item-item'])('%s', (algorithm) => {
  test('beats popularity on tastes, and the file answers as it does in both runtimes', async () => {
    const { model, report } = await train({ algorithm })
    const read = await ctx.readReport(report.artifact, 'recommendation')
    const [ndcg] = read.measures
    expect(ndcg?.name).toBe('NDCG')
    expect(ndcg?.value).toBeGreaterThan((ndcg?.popularity.value ?? 1) * 1.5)
    expect(read.difference?.p).toBeLessThan(0.001)
    expect(read.difference?.interval?.low).toBeGreaterThan(0)
    expect(read.coverage.model).toBeGreaterThan(read.coverage.popularity)
    expect(read.popularTenth.model).toBeLessThan(read.popularTenth.popularity)
    expect(read.parity?.native).toBeLessThan(1e-5)
    expect(read.parity?.web).toBeLessThan(1e-5)
    expect(model).toMatchObject({
      signature: { inputs: [{ name: 'history', type: 'text', separator: '|' }], target: 'product' },
      recipe: { estimator: { kind: 'recommender', algorithm }, interactions: { user: 'customer' } },
    })
    expect(model.classes).toEqual([...model.classes].sort())
    expect(report.figures.map(({ name }) => name).slice(0, 6)).toEqual(['NDCG', 'recall', 'precision', 'MRR', 'hit rate', 'coverage'])
  })
})

test('the recipe trains the same file again, whatever the length of the lists', async () => {
  const table = await smallOrders(ctx)
  const { model } = await run({ params: paramsOf({ algorithm: 'als', k: 3 }), inputs: { train: table }, ctx })
  expect(describeRecipe(recipeSchema.parse(model.recipe))).toEqual(
    expect.arrayContaining([
      { name: 'estimator', value: 'recommender' },
      { name: 'factors', value: '8' },
      { name: 'user', value: 'customer' },
      { name: 'held out', value: '1 per user at random, at most 2,000 users' },
    ]),
  )
  // as it comes back from the database
  const recipe = recipeSchema.parse(JSON.parse(JSON.stringify(model.recipe)))
  expect((await trainAgain(recipe, table, ctx)).artifact).toBe(model.artifact)
  expect((await trainAgain({ ...recipe, seed: 1 }, table, { ...ctx, seed: 1 })).artifact).not.toBe(model.artifact)
})

test('lists for each user the best items that the user does not have, with what the model answers', async () => {
  const orders = await smallOrders(ctx)
  const { table, model } = await run({ params: paramsOf({ k: 4 }), inputs: { train: orders }, ctx })
  expect(table.columns.map(({ name, type }) => [name, type])).toEqual([
    ['user', 'integer'],
    ['rank', 'integer'],
    ['item', 'text'],
    ['score', 'number'],
  ])
  const had = new Map<number, string[]>()
  for (const [user, item] of await ctx.cells(orders)) had.set(Number(user), [...(had.get(Number(user)) ?? []), String(item)])
  const lists = await ctx.cells(table)
  expect(lists).toHaveLength(had.size * 4)
  for (const [i, [user, rank, item, score]] of lists.entries()) {
    expect(Number(rank)).toBe((i % 4) + 1)
    expect(had.get(Number(user))).not.toContain(item)
    if (i % 4 > 0) expect(Number(score)).toBeLessThanOrEqual(Number(lists[i - 1]?.[3]))
  }
  // the same through the file, as batch predict and the gateway read it
  const history = await ctx.table([
    { column: { name: 'history', type: 'text' }, values: [...had.values()].map((items) => items.join('|')) },
  ])
  const params = batchPredictSpec.params.parse({ probabilities: true })
  const answered = await batchPredict({ params, inputs: { model, table: history }, ctx })
  const answers = await ctx.cells(answered.table)
  for (const [i, user] of [...had.keys()].entries()) {
    const [first] = lists.filter((row) => Number(row[0]) === user)
    expect(answers[i]?.[1]).toBe(first?.[2])
    expect(Number(answers[i]?.[2])).toBeCloseTo(Number(first?.[3]), 5)
    const probabilities = (answers[i] ?? []).slice(3).map(Number)
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4)
    for (const [k, name] of model.classes.entries()) if (had.get(user)?.includes(name)) expect(probabilities[k]).toBe(0)
  }
})

test('popularity is the baseline itself, and answers who has nothing', async () => {
  const { report, model } = await train({ algorithm: 'popularity' }, 120)
  const read = await ctx.readReport(report.artifact, 'recommendation')
  expect(read.difference).toBeNull()
  for (const { value, popularity } of read.measures) expect(value).toBe(popularity.value)
  expect(model.bytes).toBeLessThan(40_000)
  const history = await ctx.table([{ column: { name: 'history', type: 'text' }, values: ['', 'never seen'] }])
  const { table } = await batchPredict({ params: batchPredictSpec.params.parse({}), inputs: { model, table: history }, ctx })
  expect((await ctx.cells(table)).map((row) => row[1])).toEqual([productName(0), productName(0)])
})

describe('what does not take a recommender says why', () => {
  const trained = async () => (await train({ algorithm: 'popularity' }, 60)).model
  test('cross-validation', async () => {
    const work = crossValidate({ params: { folds: 3 }, inputs: { model: await trained() }, ctx })
    await expect(work).rejects.toThrow(/recommends items, and is not trained again on folds of its table/)
  })
  test('evaluation on interactions', async () => {
    const inputs = { model: await trained(), table: await smallOrders(ctx) }
    await expect(evaluate({ params: evaluateSpec.params.parse({}), inputs, ctx })).rejects.toThrow(
      /reads the column "history", which these rows lack.*recommends from the items that a user has/,
    )
  })
  test('searches do not offer it', () => {
    expect(tune.params.safeParse({ target: 'x', estimator: 'recommender' }).success).toBe(false)
    expect(automl.params.safeParse({ target: 'x', estimators: ['recommender'] }).success).toBe(false)
  })
})

describe('what is held out', () => {
  const day = (n: number) => `2026-01-${String(n).padStart(2, '0')}`
  const rows = (order: number[]) => {
    const all = [1, 2, 3, 4].flatMap((user) =>
      [1, 2, 3].map((item) => ({ user: `u${user}`, item: `i${item}`, day: day(item === 2 ? 30 : item) })),
    )
    const picked = order.map((i) => all[i % all.length] ?? all[0])
    return ctx.table([
      { column: { name: 'customer', type: 'text' }, values: picked.map((row) => row?.user ?? null) },
      { column: { name: 'product', type: 'text' }, values: picked.map((row) => row?.item ?? null) },
      { column: { name: 'day', type: 'text' }, values: picked.map((row) => row?.day ?? null) },
    ])
  }
  const ascending = Array.from({ length: 12 }, (_, i) => i)
  test('is the last by time, and the order of the rows does not matter', async () => {
    const params = paramsOf({ time: 'day', k: 2, algorithm: 'als', factors: 2 })
    const first = await run({ params, inputs: { train: await rows(ascending) }, ctx })
    const other = await run({ params, inputs: { train: await rows(ascending.map((i) => (i * 5) % 12)) }, ctx })
    const read = await ctx.readReport(first.report.artifact, 'recommendation')
    expect(read.by).toBe('time')
    expect(read.samples.map(({ heldOut }) => heldOut)).toEqual([['i2'], ['i2'], ['i2'], ['i2']])
    expect(other.report.artifact).toBe(first.report.artifact)
    expect(other.table.artifact).toBe(first.table.artifact)
  })
})

test('a weight of two is the same row twice', async () => {
  const orders = await smallOrders(ctx)
  const cells = await ctx.cells(orders)
  const twice = cells.flatMap((row) => Array.from({ length: Number(row[2]) }, () => row))
  const table = (from: unknown[][], weight: (row: unknown[]) => number) =>
    ctx.table([
      { column: { name: 'customer', type: 'integer' }, values: from.map((row) => Number(row[0])) },
      { column: { name: 'product', type: 'text' }, values: from.map((row) => String(row[1])) },
      { column: { name: 'w', type: 'number' }, values: from.map(weight) },
    ])
  const params = paramsOf({ weight: 'w', algorithm: 'als' })
  const [once, repeated] = [await table(cells, (row) => Number(row[2])), await table(twice, () => 1)]
  const [a, b] = [await run({ params, inputs: { train: once }, ctx }), await run({ params, inputs: { train: repeated }, ctx })]
  expect(b.model.artifact).toBe(a.model.artifact)
})

describe('input that is odd', () => {
  const odd = (columns: Record<string, (string | number | null)[]>) =>
    ctx.table(
      Object.entries(columns).map(
        ([name, values]): ColumnValues => ({
          column: { name, type: values.some((value) => typeof value === 'number') ? 'number' : 'text' },
          values,
        }),
      ),
    )
  const customers = ['a', 'a', 'b', 'b', 'c', 'c', 'c', 'a']
  const products = ['x', 'y', 'x', 'y', 'x', 'z', 'y', 'z']
  test.each([
    ['no user column', { user: '' }, {}, /Choose the column with the user/, { param: 'user' }],
    ['the same column twice', { item: 'customer' }, {}, /cannot be both the user and the item/, { param: 'item' }],
    [
      'a negative weight',
      { weight: 'w' },
      { w: [1, -2, 1, 1, 1, 1, 1, 1] },
      /Row 2 has the weight -2 in the column "w"/,
      { column: 'w', row: 2 },
    ],
    ['a missing weight', { weight: 'w' }, { w: [1, 1, null, 1, 1, 1, 1, 1] }, /Row 3 has no weight/, { column: 'w', row: 3 }],
    [
      'weights in words',
      { weight: 'w' },
      { w: ['many', null, null, null, null, null, null, null] },
      /holds text, and weights are numbers/,
      { column: 'w' },
    ],
    [
      'times in words',
      { time: 't' },
      { t: ['soon', null, null, null, null, null, null, null] },
      /no time that can be read/,
      { column: 't' },
    ],
    ['items too rare', { minItemUsers: 4 }, {}, /No user is left.*items need 4 users or more/, { param: 'user' }],
    ['nothing to hold out', { heldOut: 3 }, {}, /No user has more than 3 of the items/, { param: 'heldOut' }],
    [
      'an item with the separator',
      { separator: 'y' },
      {},
      /The item "y" in the column "product" holds the separator "y"/,
      { param: 'separator' },
    ],
  ])('%s', async (_name, params, more, sentence, hint) => {
    const train = await odd({ customer: customers, product: products, ...more })
    await expect(run({ params: paramsOf(params), inputs: { train }, ctx })).rejects.toMatchObject({
      message: expect.stringMatching(sentence),
      hint,
    })
  })
  test('one user, one item', async () => {
    const one = await odd({ customer: ['a', 'a', 'a'], product: ['x', 'y', 'z'] })
    await expect(run({ params: paramsOf({ minItemUsers: 1 }), inputs: { train: one }, ctx })).rejects.toThrow(/Only one user is left/)
    const same = await odd({ customer: ['a', 'b', 'c'], product: ['x', 'x', 'x'] })
    await expect(run({ params: paramsOf({ minUserItems: 1 }), inputs: { train: same }, ctx })).rejects.toThrow(/Only one item is left/)
  })
  test('says what it left out', async () => {
    const train = await odd({
      customer: [...customers, null, 'd', 'a', 'e'],
      product: [...products, 'x', null, 'rare', 'x'],
    })
    const { report } = await run({ params: paramsOf({ mostItems: 2 }), inputs: { train }, ctx })
    expect((await ctx.readReport(report.artifact, 'recommendation')).notes).toEqual([
      '2 rows were left out, because the user or the item is missing.',
      '1 item that fewer than 2 users have had was left out.',
      'The 2 items that most users have had were kept; 1 item that at most 2 users had was left out.',
      '1 user with fewer than 2 of these items was not learned from.',
    ])
  })
})
