import { afterAll, beforeAll, expect, test } from 'vitest'
import { smallLoans, smallPrices } from '../fixtures/small-predictions'
import { run as judge } from '../gate/run'
import { gate } from '../gate/spec'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { slices } from './spec'

let ctx: TestStageContext
beforeAll(async () => {
  ctx = await testStageContext()
})
afterAll(() => ctx.dispose())

const cut = async (params: Record<string, unknown>, predictions = smallLoans(ctx)) =>
  run({ params: slices.params.parse(params), inputs: { predictions: await predictions }, ctx })

test('the region with the most mistakes comes first, with its gap and a table to go on with', async () => {
  const { report, slices: table } = await cut({ columns: ['region', 'age'] })
  const read = await ctx.readReport(report.artifact, 'slices')
  // 60 rows of the south, of which every third is wrong
  expect(read.slices[0]).toMatchObject({ column: 'region', name: 'south', rows: 60, value: expect.closeTo(2 / 3, 9) })
  expect(read.slices[0]?.gap).toBeCloseTo(2 / 3 - read.value, 9)
  expect(read.slices[0]?.adjustedP).toBeLessThan(0.01)
  expect((await ctx.cells(table))[0]?.slice(0, 3)).toEqual(['region', 'south', 60])
  expect(table.rows).toBe(read.slices.length)
  expect(ctx.figures.at(-1)).toEqual({ value: '0.667', label: 'region south' })
})

test('a gate can ask for the worst slice, of those with enough rows', async () => {
  const ask = async (minRows: number) => {
    const { report } = await cut({ columns: ['region'], minRows })
    const params = gate.params.parse({ checks: [{ metric: 'lowest slice accuracy', operator: '>=', limit: 0.8 }] })
    return judge({ params, inputs: { report }, ctx })
  }
  await expect(ask(30)).rejects.toThrow('lowest slice accuracy is 0.6667; it must be >= 0.8.')
  expect((await ask(61)).report.report).toBe('gate')
})

test('errors of numbers, without the row that has no right answer', async () => {
  const { report } = await cut({ columns: ['town'] }, smallPrices(ctx))
  const read = await ctx.readReport(report.artifact, 'slices')
  expect(read).toMatchObject({ measure: 'error', rows: 89 })
  expect(read.slices[0]).toMatchObject({ name: 'Luik', rows: 29 })
  expect(report.figures.map(({ name }) => name)).toEqual(['rows', 'MAE', 'highest slice MAE', 'slices'])
  expect(ctx.logs.at(-1)?.text).toBe('1 of 90 rows have no right answer and were not counted.')
})

test('says that an identifier cuts badly', async () => {
  const values = Array.from({ length: 200 }, (_, i) => `id${i}`)
  const table = ctx.table([
    { column: { name: 'id', type: 'text' }, values },
    { column: { name: 'correct', type: 'boolean' }, values: values.map((_, i) => i % 2 === 0) },
  ])
  await cut({ columns: ['id'] }, table)
  expect(ctx.logs.at(-1)?.text).toContain('Most rows have a rare value of "id" (150 other values)')
})

test.each([
  [{ columns: [] }, 'Choose at least one column to cut the rows by.'],
  [{ columns: ['planet'] }, 'There is no column "planet"'],
])('%j: %s', async (params, sentence) => {
  await expect(cut(params)).rejects.toMatchObject({ message: expect.stringContaining(sentence), hint: { param: 'columns' } })
})
