import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { run as batchPredict } from '../batch-predict/run'
import { batchPredict as batchPredictSpec } from '../batch-predict/spec'
import { run as crossValidate } from '../cross-validate/run'
import { run as evaluate } from '../evaluate/run'
import { priceOf, smallHomes, smallRegressor } from '../fixtures/small-homes'
import { run as gate } from '../gate/run'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { linearRegression } from './spec'

let ctx: TestStageContext
let homes: TableValue
let model: ModelValue
beforeAll(async () => {
  ctx = await testStageContext()
  homes = await smallHomes(ctx)
  model = await smallRegressor(ctx)
})
afterAll(() => ctx.dispose())

const train = (params: Record<string, unknown>, table = homes) =>
  run({ params: linearRegression.params.parse({ target: 'price', ...params }), inputs: { train: table }, ctx })

describe('training', () => {
  test('gives a model that answers numbers, and a report of how far it is off', async () => {
    const trained = await train({ alpha: 0.1 })
    expect(trained.model).toMatchObject({
      classes: [],
      signature: { target: 'price', task: 'regression' },
      recipe: { calibration: 'none' },
    })
    const report = await ctx.readReport(trained.report.artifact, 'training')
    // the noise is uniform over 10,000: its deviation is 2,887
    expect(report.outOfFold?.rmse).toBeGreaterThan(2_500)
    expect(report.outOfFold?.rmse).toBeLessThan(3_600)
    expect(report.parity?.native).toBeLessThan(1e-5)
    expect(report.parity?.web).toBeLessThan(1e-5)
    expect(trained.report.figures.map(({ name }) => name)).toEqual([
      'rows',
      'terms',
      'R2',
      'MAE',
      'RMSE',
      'MAE, mean',
      'RMSE, mean',
      'MAE, median',
      'RMSE, median',
    ])
    expect(ctx.figures.at(-1)).toEqual({ value: report.outOfFold?.r2.toFixed(3), label: 'R2 out of fold' })
  })
  test.each([
    ['a text target', { target: 'town' }, /"town" holds text.*Cast it/],
    ['no target', { target: '' }, /Choose the target/],
    ['a target that is not there', { target: 'rent' }, /no column "rent"/],
  ])('refuses %s', async (_name, params, sentence) => {
    await expect(train(params)).rejects.toMatchObject({ message: expect.stringMatching(sentence), hint: { param: 'target' } })
  })
  test('refuses rows without a number', async () => {
    const table = await ctx.table([
      { column: { name: 'area', type: 'number' }, values: [1, 2, 3] },
      { column: { name: 'price', type: 'number' }, values: [1, null, 3] },
    ])
    await expect(train({}, table)).rejects.toThrow(/1 row has no number in the column "price".* row 2/)
  })
})

describe('evaluate', () => {
  test('measures, keeps the row numbers of the table, and says how much the interval holds', async () => {
    const { report, predictions } = await evaluate({
      params: { show: 'town', time: '' },
      inputs: { model, table: await smallHomes(ctx, 60) },
      ctx,
    })
    const read = await ctx.readReport(report.artifact, 'regression')
    expect(read.r2).toBeGreaterThan(0.99)
    expect(read.interval).toMatchObject({ share: 0.8, covered: expect.closeTo(0.8, 0) })
    expect(read.worst[0]?.text).toMatch(/Brugge|Gent|Luik/)
    expect(predictions.columns.map(({ name, type }) => [name, type]).slice(-2)).toEqual([
      ['predicted', 'number'],
      ['residual', 'number'],
    ])
    const [first] = await ctx.cells(predictions)
    expect(Math.abs(Number(first?.at(-2)) - priceOf(0))).toBeLessThan(3_000)
    expect(Number(first?.at(-2)) + Number(first?.at(-1))).toBeCloseTo(Number(first?.[3]), 3)
  })
  test('leaves rows without an answer out, and refuses text', async () => {
    const rows = (price: (number | string | null)[], type: 'number' | 'text') =>
      ctx.table([
        { column: { name: 'area', type: 'number' }, values: [50, 60, 70] },
        { column: { name: 'year', type: 'integer' }, values: [1950, 1960, 1970] },
        { column: { name: 'town', type: 'text' }, values: ['Gent', 'Gent', 'Gent'] },
        { column: { name: 'price', type }, values: price },
      ])
    const { report } = await evaluate({
      params: { show: '', time: '' },
      inputs: { model, table: await rows([2e5, null, 2e5], 'number') },
      ctx,
    })
    expect((await ctx.readReport(report.artifact, 'regression')).rows).toBe(2)
    expect(ctx.logs.at(-1)?.text).toMatch(/1 of 3 rows have no answer/)
    const text = evaluate({ params: { show: '', time: '' }, inputs: { model, table: await rows(['a', 'b', 'c'], 'text') }, ctx })
    await expect(text).rejects.toMatchObject({ message: expect.stringMatching(/are text. Cast/), hint: { column: 'price' } })
  })
})

test('cross-validate says how much R2 varies', async () => {
  const { report } = await crossValidate({ params: { folds: 4 }, inputs: { model }, ctx })
  const read = await ctx.readReport(report.artifact, 'regression-cross-validation')
  expect(read).toMatchObject({ rows: 80, folds: 4, pooled: { rows: 80, target: 'price' } })
  expect(report.figures.map(({ name }) => name)).toContain('R2')
})

describe('batch predict', () => {
  const predict = (params: Record<string, unknown>) =>
    batchPredict({ params: batchPredictSpec.params.parse(params), inputs: { model, table: homes }, ctx })
  test('adds the number and its interval', async () => {
    const { table } = await predict({})
    expect(table.columns.map(({ name }) => name).slice(-3)).toEqual(['predicted', 'predicted_low', 'predicted_high'])
    for (const row of await ctx.cells(table)) {
      const [value, low, high] = row.slice(-3).map(Number)
      expect(low).toBeLessThan(value ?? 0)
      expect(high).toBeGreaterThan(value ?? 0)
    }
  })
  test('has no probabilities to add', async () => {
    await expect(predict({ probabilities: true })).rejects.toMatchObject({
      message: expect.stringMatching(/answers a number, "price", and no classes/),
      hint: { param: 'probabilities' },
    })
  })
})

test('a gate may ask for R2 and errors, and says what a report has instead of accuracy', async () => {
  const { report } = await evaluate({ params: { show: '', time: '' }, inputs: { model, table: homes }, ctx })
  const ask = (metric: string, operator: '>=' | '<=', limit: number) =>
    gate({ params: { checks: [{ metric, operator, limit }] }, inputs: { report, model }, ctx })
  expect((await ask('R2', '>=', 0.9)).model).toBe(model)
  expect((await ask('RMSE', '<=', 5_000)).model).toBe(model)
  await expect(ask('MAE', '<=', 10)).rejects.toMatchObject({ code: 'gate_failed' })
  await expect(ask('accuracy', '>=', 0.9)).rejects.toThrow(/does not say accuracy: it has R2, MAE, RMSE/)
})
