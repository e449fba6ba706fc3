import { afterAll, beforeAll, expect, test } from 'vitest'
import { smallLoans, smallPrices } from '../fixtures/small-predictions'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { fairness } from './spec'

let ctx: TestStageContext
beforeAll(async () => {
  ctx = await testStageContext()
})
afterAll(() => ctx.dispose())

const judge = async (params: Record<string, unknown>, predictions = smallLoans(ctx)) =>
  run({
    params: fairness.params.parse({ target: 'loan', selects: 'granted', group: 'region', ...params }),
    inputs: { predictions: await predictions },
    ctx,
  })

/** Two groups of 50, of whom so many of each are called "yes"; the first 20 of each should be. */
const twoGroups = (a: number, b: number) => {
  const all = Array.from({ length: 100 }, (_, i) => i)
  return ctx.table([
    { column: { name: 'who', type: 'text' }, values: all.map((i) => (i < 50 ? 'a' : 'b')) },
    { column: { name: 'truth', type: 'boolean' }, values: all.map((i) => i % 50 < 20) },
    { column: { name: 'predicted', type: 'text' }, values: all.map((i) => String(i % 50 < (i < 50 ? a : b))) },
  ])
}

test('selection, true and false positive rates per group, and the four-fifths rule', async () => {
  const { report } = await judge({ target: 'truth', selects: 'true', group: 'who' }, twoGroups(25, 15))
  const read = await ctx.readReport(report.artifact, 'fairness')
  expect(read.groups).toMatchObject([
    { name: 'a', selectionRate: { value: 0.5 }, truePositiveRate: { value: 1 }, falsePositiveRate: { value: 5 / 30 } },
    { name: 'b', selectionRate: { value: 0.3 }, truePositiveRate: { value: 0.75 }, falsePositiveRate: { value: 0 } },
  ])
  expect(read).toMatchObject({ fourFifths: 'fails', selection: { lowest: 'b', highest: 'a' } })
  expect(ctx.logs.at(-1)).toEqual({ level: 'warn', text: 'b is called "true" 0.60 times as often as a: the four-fifths rule fails.' })
  expect(report.figures.find(({ name }) => name === 'selection ratio')?.value).toBeCloseTo(0.6, 12)
  expect(report.figures.find(({ name }) => name === 'equalised odds difference')?.value).toBeCloseTo(0.25, 12)
})

test('an age makes groups by ranges', async () => {
  const { report } = await judge({ group: 'age' })
  const read = await ctx.readReport(report.artifact, 'fairness')
  expect(read.groups).toHaveLength(5)
  expect(read.groups.every(({ name }) => / to /.test(name))).toBe(true)
  expect(read.groups.reduce((sum, { rows }) => sum + rows, 0)).toBe(240)
})

test.each<[string, Record<string, unknown>, 'prices' | 'loans', string]>([
  [
    'a class that nobody has',
    { selects: 'given' },
    'loans',
    'No row is of the class "given" or called so; the classes are granted, refused.',
  ],
  ['no class', { selects: '' }, 'loans', 'Name the class that matters; the classes are granted, refused.'],
  ['no group', { group: '' }, 'loans', 'Choose the group column.'],
  ['no answers', { target: '' }, 'loans', 'Choose the column with the right answers.'],
  ['numbers', { target: 'price', group: 'town' }, 'prices', 'The model answers numbers in "price"'],
])('refuses %s', async (_what, params, table, sentence) => {
  await expect(judge(params, table === 'prices' ? smallPrices(ctx) : smallLoans(ctx))).rejects.toThrow(sentence)
})
