import { afterEach, beforeEach, expect, it } from 'vitest'
import { run as runEvaluate } from '../evaluate/run'
import { evaluate } from '../evaluate/spec'
import { type TestStageContext, testStageContext } from '../testing'
import { trainModel } from '../train-model'
import { run } from './run'
import { isolationForest } from './spec'

let ctx: TestStageContext
beforeEach(async () => {
  ctx = await testStageContext()
})
afterEach(() => ctx.dispose())

const odd = [17, 60, 133]
/** Payments, of which three are of an amount or at an hour like no other; `words` calls them. */
const payments = (words: readonly [string, string] = ['anomaly', 'normal']) => {
  const all = Array.from({ length: 200 }, (_, i) => i)
  return ctx.table([
    { column: { name: 'amount', type: 'number' }, values: all.map((i) => (i === 17 || i === 60 ? 9_000 + i : 40 + ((i * 37) % 23))) },
    { column: { name: 'hour', type: 'integer' }, values: all.map((i) => (i === 133 ? 3 : 10 + (i % 7))) },
    { column: { name: 'shop', type: 'text' }, values: all.map((i) => ['A', 'B', 'C'][i % 3] ?? '') },
    { column: { name: 'anomaly', type: 'text' }, values: all.map((i) => words[odd.includes(i) ? 0 : 1]) },
  ])
}
const find = async (params: Record<string, unknown> = {}) =>
  run({ params: isolationForest.params.parse({ contamination: 0.015, ...params }), inputs: { train: await payments() }, ctx })

it('calls the expected share of rows, the most unusual ones, and says which columns make them so', async () => {
  const { report, table } = await find({ name: 'odd', leaveOut: ['anomaly'] })
  const rows = await ctx.cells(table)
  expect(table.columns.map(({ name }) => name)).toEqual(['amount', 'hour', 'shop', 'anomaly', 'odd', 'odd_score'])
  expect(rows.flatMap((row, i) => (row[4] === 'anomaly' ? [i] : []))).toEqual(odd)
  const anomalies = await ctx.readReport(report.artifact, 'anomalies')
  expect(anomalies).toMatchObject({ called: 3, rows: 200, expected: 0.015 })
  expect(anomalies.unusual).toHaveLength(50)
  const hour = anomalies.unusual.find(({ row }) => row === 133)
  expect(hour?.columns[0]).toMatchObject({ column: 'hour', value: '3', usual: '13' })
  const amount = anomalies.unusual.find(({ row }) => row === 60)
  expect(amount?.columns[0]).toMatchObject({ column: 'amount', value: '9060' })
  expect(amount?.columns[0]?.score).toBeLessThan(amount?.score ?? 0)
  expect(anomalies.scores.counts.reduce((sum, count) => sum + count, 0)).toBe(200)
})

it('trained again from its recipe it has the same bytes', async () => {
  const { model } = await find()
  const { recipe } = model
  if (!recipe) throw new Error('no recipe')
  const again = await trainModel({ ...recipe, table: { ...(await payments()), plan: recipe.plan } }, ctx)
  expect(again.model.artifact).toBe(model.artifact)
})

it('a column of the name of its answers is no feature, and Evaluate holds the model against it', async () => {
  const { model } = await find()
  expect(model.signature.inputs.map(({ name }) => name)).toEqual(['shop', 'amount', 'hour'])
  const { report } = await runEvaluate({ params: evaluate.params.parse({}), inputs: { model, table: await payments() }, ctx })
  const judged = await ctx.readReport(report.artifact, 'classification')
  expect(judged).toMatchObject({ accuracy: 1, macroF1: 1, threshold: { positive: 'anomaly' } })
  const named = payments(['fraud', 'fine'])
  await expect(runEvaluate({ params: evaluate.params.parse({}), inputs: { model, table: await named }, ctx })).rejects.toThrow(
    /"anomaly" are fine, fraud: turn them into these two words in an SQL stage/,
  )
})

it('one row is ordinary, and no row is a sentence', async () => {
  const one = await ctx.table([{ column: { name: 'a', type: 'number' }, values: [1, 2] }])
  const { report } = await run({ params: isolationForest.params.parse({}), inputs: { train: one }, ctx })
  expect((await ctx.readReport(report.artifact, 'anomalies')).called).toBe(0)
  const none = await ctx.table([{ column: { name: 'a', type: 'number' }, values: [] }])
  await expect(run({ params: isolationForest.params.parse({}), inputs: { train: none }, ctx })).rejects.toThrow(
    /There are no rows to learn from/,
  )
})
