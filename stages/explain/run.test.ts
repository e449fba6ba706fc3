import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { priceOf, smallHomes, smallRegressor } from '../fixtures/small-homes'
import { smallMail, smallModel } from '../fixtures/small-mail'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { explain } from './spec'

let ctx: TestStageContext
let homes: { model: ModelValue; table: TableValue }
let mail: { model: ModelValue; table: TableValue }
beforeAll(async () => {
  ctx = await testStageContext()
  homes = { model: await smallRegressor(ctx), table: await smallHomes(ctx, 120) }
  mail = { model: await smallModel(ctx), table: await smallMail(ctx, 60) }
})
afterAll(() => ctx.dispose())

const ask = async (params: Record<string, unknown>, inputs = homes) => {
  const { report } = await run({ params: explain.params.parse(params), inputs, ctx })
  return { report, read: await ctx.readReport(report.artifact, 'explanation') }
}

test('prices: the area matters most, and its curve rises by what a square metre costs', async () => {
  const { report, read } = await ask({})
  // the price is 2,000 a square metre over 160 of them, 400 a year over 120, 10,000 a town
  expect(read.importance.columns.map(({ name }) => name)).toEqual(['area', 'year', 'town'])
  expect(read.importance).toMatchObject({ metric: 'R2', rows: 120, repeats: 5 })
  const area = read.dependence.find(({ column }) => column === 'area')
  const [low, high] = [area?.points[0], area?.points.at(-1)]
  const slope = ((high?.means[0] ?? 0) - (low?.means[0] ?? 0)) / (Number(high?.value) - Number(low?.value))
  expect(slope).toBeGreaterThan(1_950)
  expect(slope).toBeLessThan(2_050)
  expect(
    read.dependence
      .find(({ column }) => column === 'town')
      ?.points.map(({ value }) => value)
      .sort(),
  ).toEqual(['Brugge', 'Gent', 'Luik'])
  expect(report.figures.map(({ name }) => name)).toEqual(['rows', 'importance[area]', 'importance[year]', 'importance[town]'])
  expect(ctx.figures.at(-1)).toEqual({ value: 'area', label: 'matters most' })
})

test('mail: all is in the body, which is free text and has no curve', async () => {
  const { read } = await ask({ metric: 'log-loss' }, mail)
  expect(read.importance.columns).toMatchObject([{ name: 'body' }])
  expect(read.importance.columns[0]?.mean).toBeGreaterThan(0.3)
  expect(read.dependence).toEqual([])
  expect(read.notes[0]).toBe('body is free text, which has no values to draw a curve by.')
})

test('asks about no more rows than it may, and draws no more curves', async () => {
  const { read } = await ask({ rows: 20, curves: 1, repeats: 2 })
  expect(read.importance.rows).toBe(20)
  expect(read.dependence.map(({ column, rows }) => [column, rows])).toEqual([['area', 20]])
})

test('prices: the worst answers are explained, each adds up, and the training rows most like them are named', async () => {
  const { read } = await ask({ examples: 3 })
  expect(read.rows).toHaveLength(3)
  expect(read).toMatchObject({ table: homes.table.artifact, trained: homes.model.recipe?.table })
  const errors = (read.rows ?? []).map(({ truth, answer }) => Math.abs(Number(truth) - Number(answer)))
  expect(errors).toEqual(errors.toSorted((a, b) => b - a))
  for (const { row, truth, answer, reasons, values, similar } of read.rows ?? []) {
    expect(truth).toBe(priceOf(row) + ((row * 7919) % 10_001) - 5_000)
    expect(reasons.unit).toBe('value')
    expect(Math.abs(reasons.score - Number(answer)) / Number(answer)).toBeLessThan(1e-5)
    expect(reasons.columns.reduce((sum, { contribution }) => sum + contribution, reasons.base)).toBeCloseTo(reasons.score, 1)
    expect(Object.keys(values)).toEqual(['area', 'year', 'town'])
    expect(similar).toMatchObject({ measure: 'cosine', among: 80 })
    expect(similar.rows).toHaveLength(5)
    for (const near of similar.rows) expect(near.answer).toBe(priceOf(near.row) + ((near.row * 7919) % 10_001) - 5_000)
  }
})

test('mail: rows at even steps; a model that never errs has no mistake to explain', async () => {
  const { read } = await ask({ examples: 4, chosen: 'even steps' }, mail)
  expect(read.rows?.map(({ row }) => row)).toEqual([0, 15, 30, 45])
  expect(read.rows?.[0]).toMatchObject({ truth: 'spam', answer: 'spam', reasons: { unit: 'log-odds' } })
  expect(read.rows?.[0]?.reasons.columns[0]?.features.length).toBeGreaterThan(3)
  const mistakes = await ask({ examples: 4 }, mail)
  expect(mistakes.read.rows).toBeUndefined()
  expect(mistakes.read.notes.at(-1)).toBe('None of the rows that were asked about was answered wrongly, so none is explained.')
})

test('a model that keeps nothing says so', async () => {
  const { state: _, ...model } = homes.model
  const { read } = await ask({ repeats: 2, curves: 0 }, { ...homes, model })
  expect(read.rows).toBeUndefined()
  expect(read.notes.at(-1)).toMatch('No single rows: this model keeps nothing to explain them by.')
})

test.each<[string, Record<string, unknown>, () => TableValue | Promise<TableValue>, string]>([
  ['a metric of classes', { metric: 'macro F1' }, () => homes.table, 'which macro F1 does not measure; choose R2, MAE, RMSE.'],
  [
    'rows without answers',
    {},
    async () => ctx.table([{ column: { name: 'area', type: 'number' }, values: [1, 2] }]),
    'the right answers in the column "price"',
  ],
])('refuses %s', async (_what, params, table, sentence) => {
  await expect(ask(params, { model: homes.model, table: await table() })).rejects.toThrow(sentence)
})
