import { afterAll, beforeAll, expect, test } from 'vitest'
import { thresholdPoint } from '#core/reports/thresholds'
import { run as crossValidate } from '../cross-validate/run'
import { smallHomes, smallRegressor } from '../fixtures/small-homes'
import { smallMail, smallModel } from '../fixtures/small-mail'
import { type TestStageContext, testStageContext } from '../testing'
import { trainModel } from '../train-model'
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
  expect([pooled.table, pooled.thresholds?.length]).toEqual([model.recipe?.table, 2])
})

/** Sales that go on as they were the day before, in no order of rows. */
async function sales(from: number, days: number, target = 'sold') {
  const all = Array.from({ length: days }, (_, i) => from + ((i * 7) % days))
  return ctx.table(
    [
      { column: { name: 'day', type: 'text' }, values: all.map((i) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)) },
      { column: { name: 'step', type: 'number' }, values: all.map((i) => (i * 31) % 17) },
      { column: { name: target, type: 'number' }, values: all.map((i) => 100 + 2 * i) },
    ],
    {
      prepare: [],
      features: [
        { kind: 'number', columns: ['step'], impute: 'median', indicator: false, scale: 'standard' },
        {
          kind: 'date',
          columns: ['day'],
          parts: ['weekday'],
          cyclic: true,
          ageTo: null,
          impute: 'mean',
          indicator: false,
          scale: 'standard',
        },
      ],
    },
  )
}

test('the last value before each row is a baseline of rows in order of time, beginning with the training rows', async () => {
  const estimator = { kind: 'linear-regression', penalty: 'ridge', alpha: 1, l1Share: 0.5, maxEpochs: 1_000 } as const
  const train = await sales(0, 60)
  const { model } = await trainModel({ table: train, target: 'sold', estimator, calibration: 'none' }, ctx)
  const table = await sales(60, 20)
  const { report } = await run({ params, inputs: { model, table }, ctx })
  const [last, mean] = (await ctx.readReport(report.artifact, 'regression')).baselines ?? []
  // sales rise by 2 a day, and the first test day follows the last training day
  expect(last).toMatchObject({ name: 'last value', answer: null, mae: 2, rmse: 2 })
  expect(mean).toMatchObject({ name: 'mean', answer: expect.closeTo(159, 9) })
  expect(report.figures).toContainEqual({ name: 'MAE, last value', value: 2 })

  const byStep = await run({ params: { ...params, time: 'step' }, inputs: { model, table }, ctx })
  expect((await ctx.readReport(byStep.report.artifact, 'regression')).baselines?.[0]?.mae).toBeGreaterThan(2)
  await expect(run({ params: { ...params, time: 'when' }, inputs: { model, table }, ctx })).rejects.toMatchObject({
    message: 'There is no column "when" to order the rows by.',
    hint: { param: 'time' },
  })
})

test('without a column that tells the time, the baselines are those of training', async () => {
  const { report } = await run({ params, inputs: { model: await smallRegressor(ctx), table: await smallHomes(ctx, 60) }, ctx })
  expect((await ctx.readReport(report.artifact, 'regression')).baselines?.map(({ name }) => name)).toEqual(['mean', 'median'])
})
