import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TableValue } from '#core/ports/kinds'
import { smallLoans, smallPrices } from '../fixtures/small-predictions'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { compare } from './spec'

let ctx: TestStageContext
beforeAll(async () => {
  ctx = await testStageContext()
})
afterAll(() => ctx.dispose())

const hold = (params: Record<string, unknown>, inputs: { first: TableValue; second: TableValue; third?: TableValue }) =>
  run({ params: compare.params.parse({ target: 'loan', ...params }), inputs, ctx })

/** Answers to 200 rows, of which the first so many are wrong. */
const answers = (wrong: number, rows = 200) => {
  const all = Array.from({ length: rows }, (_, i) => i)
  const truth = (i: number) => (i % 2 === 0 ? 'granted' : 'refused')
  return ctx.table([
    { column: { name: 'loan', type: 'text' }, values: all.map(truth) },
    { column: { name: 'predicted', type: 'text' }, values: all.map((i) => truth(i < wrong ? i + 1 : i)) },
  ])
}

test('says in a sentence which model is better, and by how much', async () => {
  const { report } = await hold({ first: 'old', second: 'new' }, { first: await answers(40), second: await answers(20) })
  const read = await ctx.readReport(report.artifact, 'comparison')
  expect(read.models.map(({ name, values }) => [name, values[0]])).toEqual([
    ['old', 0.8],
    ['new', 0.9],
  ])
  expect(read.pairs[0]?.rows).toEqual({ both: 160, onlyFirst: 0, onlySecond: 20, neither: 20 })
  expect(ctx.logs.at(-1)?.text).toMatch(/^new is better than old by 10\.0 points of accuracy \(95 % \d\.\d to 1\d\.\d\), p < 0\.001\.$/)
  expect(ctx.figures.at(-1)).toEqual({ value: 'new', label: 'is better' })
  expect(report.figures.find(({ name }) => name === 'accuracy[new]')?.value).toBe(0.9)
})

test('three models, and numbers', async () => {
  const three = await hold({}, { first: await answers(30), second: await answers(31), third: await answers(30) })
  expect((await ctx.readReport(three.report.artifact, 'comparison')).pairs.map(({ winner }) => winner)).toEqual([null, null, null])
  expect(ctx.figures.at(-1)).toEqual({ value: 'none', label: 'is better' })
  const prices = await hold({ target: 'price' }, { first: await smallPrices(ctx), second: await smallPrices(ctx, 90, 3) })
  const read = await ctx.readReport(prices.report.artifact, 'comparison')
  expect(read).toMatchObject({ task: 'regression', rows: 89, pairs: [{ winner: 'A', test: 'paired permutation' }] })
})

test.each<[string, () => Promise<Parameters<typeof hold>>, string]>([
  [
    'other numbers of rows',
    async () => [{}, { first: await answers(1), second: await answers(1, 100) }],
    '"A" was judged on 200 rows and "B" on 100',
  ],
  [
    'other rows',
    async () => [{}, { first: await smallLoans(ctx, 200), second: await answers(1) }],
    'has another right answer in "loan" for "B" than for "A"',
  ],
  [
    'equal names',
    async () => [{ second: 'A' }, { first: await answers(1), second: await answers(2) }],
    'Two models are called "A"; give each a name of its own.',
  ],
  [
    'no answers',
    async () => [{ target: '' }, { first: await answers(1), second: await answers(2) }],
    'Choose the column with the right answers.',
  ],
])('refuses %s', async (_what, args, sentence) => {
  await expect(hold(...(await args()))).rejects.toThrow(sentence)
})
