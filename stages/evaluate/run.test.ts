import { afterAll, beforeAll, expect, test } from 'vitest'
import { thresholdPoint } from '#core/reports/thresholds'
import { run as crossValidate } from '../cross-validate/run'
import { smallHomes, smallRegressor } from '../fixtures/small-homes'
import { smallMail, smallModel } from '../fixtures/small-mail'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { evaluate } from './spec'

let ctx: TestStageContext
beforeAll(async () => {
  ctx = await testStageContext()
})
afterAll(() => ctx.dispose())

const params = evaluate.params.parse({})

/** Mail of which each eleventh row has the wrong label, so that there are mistakes; row 3 has none. */
async function noisyMail() {
  const mail = await smallMail(ctx, 120)
  const { label } = await ctx.tables.read(mail.artifact, ['label'])
  if (label?.type !== 'text') throw new Error('labels are text')
  const values = label.values.map((given, row) => (row === 3 ? null : row % 11 === 0 ? (given === 'spam' ? 'ham' : 'spam') : given))
  return { ...mail, ...(await ctx.tables.replace(mail.artifact, [{ column: { name: 'label', type: 'text' }, values }])) }
}

test('the counts at each threshold agree with the confusion, and lift with the class shares', async () => {
  const model = await smallModel(ctx)
  const { report } = await run({ params, inputs: { model, table: await noisyMail() }, ctx })
  const read = await ctx.readReport(report.artifact, 'classification')
  const spam = read.thresholds?.find(({ name }) => name === 'spam')
  const at = spam?.points.findLast(({ threshold }) => threshold !== null && threshold >= 0.5)
  const costs = { truePositive: 0, falsePositive: 1, falseNegative: 1, trueNegative: 0 }
  const point = at && spam && thresholdPoint(at, { ...spam, costs })
  expect(point?.accuracy).toBeCloseTo(read.accuracy, 12)
  expect(point?.recall).toBeCloseTo(read.perClass[1]?.recall ?? -1, 12)
  expect(spam?.rows).toBe(119)
  const lift = read.lift?.find(({ name }) => name === 'spam')
  expect(lift?.deciles.at(-1)?.gain).toBeCloseTo(1, 12)
  expect(lift?.deciles[0]?.lift).toBeGreaterThan(2)
})

test('a mistake is a row of the table that the report names', async () => {
  const model = await smallModel(ctx)
  const { report, predictions } = await run({ params, inputs: { model, table: await noisyMail() }, ctx })
  const read = await ctx.readReport(report.artifact, 'classification')
  expect(read.table).toBe(predictions.artifact)
  const rows = await ctx.tables.rows<{ label: string; predicted: string }>('SELECT label, predicted FROM t', { t: predictions.artifact })
  expect(read.mistakes.length).toBeGreaterThan(5)
  for (const { row, truth, predicted } of read.mistakes) expect(rows[row]).toEqual({ label: truth, predicted })
})

test('the worst rows of a regressor, and those of a cross-validation, name their tables too', async () => {
  const regressor = await smallRegressor(ctx)
  const { report, predictions } = await run({ params, inputs: { model: regressor, table: await smallHomes(ctx, 60) }, ctx })
  expect((await ctx.readReport(report.artifact, 'regression')).table).toBe(predictions.artifact)
  const model = await smallModel(ctx)
  const folds = await crossValidate({ params: { folds: 3 }, inputs: { model }, ctx })
  const { pooled } = await ctx.readReport(folds.report.artifact, 'cross-validation')
  expect([pooled.table, pooled.thresholds?.length]).toEqual([model.recipe.table, 2])
})
