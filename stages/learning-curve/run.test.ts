import { afterAll, beforeAll, expect, test } from 'vitest'
import { smallRegressor } from '../fixtures/small-homes'
import { smallModel } from '../fixtures/small-mail'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { learningCurve } from './spec'

let ctx: TestStageContext
let clock = 0
beforeAll(async () => {
  ctx = await testStageContext({ now: () => (clock += 500) })
})
afterAll(() => ctx.dispose())

test('a classifier from few rows to many: the report, its figures, and how long each size took in the log only', async () => {
  const params = learningCurve.params.parse({ shares: [1, 0.2], folds: 3 })
  const { report } = await run({ params, inputs: { model: await smallModel(ctx) }, ctx })
  const read = await ctx.readReport(report.artifact, 'learning-curve')
  expect(read.points.map(({ share, rows }) => [share, rows])).toEqual([
    [0.2, 8],
    [1, 40],
  ])
  expect(read.points[1]?.test.mean).toBeGreaterThan(0.95)
  expect(read.points[1]?.test.folds).toHaveLength(3)
  expect(report.figures).toContainEqual({ name: 'macro F1', value: read.points[1]?.test.mean, better: 'higher' })
  expect(ctx.logs.map(({ text }) => text)).toContain('20 %, 8 rows: trained and scored in 500 ms a fold.')
  expect(ctx.logs.at(-1)?.text).toBe(read.verdict.sentence)
  const again = await run({ params, inputs: { model: await smallModel(ctx) }, ctx })
  expect(again.report.artifact).toBe(report.artifact)
})

test('a regressor by its error', async () => {
  const params = learningCurve.params.parse({ shares: [0.2, 0.5, 1], folds: 4 })
  const { report } = await run({ params, inputs: { model: await smallRegressor(ctx) }, ctx })
  const read = await ctx.readReport(report.artifact, 'learning-curve')
  expect(read.metric).toEqual({ name: 'RMSE', better: 'lower', isShare: false })
  expect(read.points.map(({ rows }) => rows)).toEqual([12, 30, 60])
  expect(read.points[0]?.test.mean).toBeGreaterThan(read.points[2]?.test.mean ?? Number.POSITIVE_INFINITY)
})

test.each([
  [{ shares: [0.01, 0.02, 1], folds: 3 }, 'shares', /1 % and 2 % of the training rows are the same 2 rows/],
  [{ metric: 'R2' }, 'metric', /There is no "R2" of/],
])('%j says what is wrong', async (input, param, sentence) => {
  const error = await run({ params: learningCurve.params.parse(input), inputs: { model: await smallModel(ctx) }, ctx }).catch((e) => e)
  expect(error.message).toMatch(sentence)
  expect(error.hint.param).toBe(param)
})
