import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseParams } from '#core/graph/stage-rules'
import type { TableValue } from '#core/ports/kinds'
import { run as crossValidate } from './cross-validate/run'
import { crossValidate as crossValidateSpec } from './cross-validate/spec'
import { run as evaluate } from './evaluate/run'
import { evaluate as evaluateSpec } from './evaluate/spec'
import { run as logisticRegression } from './logistic-regression/run'
import { logisticRegression as spec } from './logistic-regression/spec'
import { findSpec } from './specs'
import { type TestStageContext, testStageContext } from './testing'

let ctx: TestStageContext
let table: TableValue
beforeAll(async () => {
  ctx = await testStageContext()
  const rows = Array.from({ length: 240 }, (_, i) => i)
  const hours = rows.map((i) => (i * 7) % 24)
  table = await ctx.table(
    [
      { column: { name: 'hour', type: 'number' }, values: hours },
      { column: { name: 'label', type: 'text' }, values: rows.map((i) => ((hours[i] ?? 0) >= 12 && i % 3 === 0 ? 'spam' : 'ham')) },
    ],
    { prepare: [], features: [{ kind: 'number', columns: ['hour'], impute: 'median', indicator: false, scale: 'standard' }] },
  )
})
afterAll(() => ctx.dispose())

describe('params of version 1', () => {
  test.each([
    [{ calibrate: true }, 'temperature'],
    [{ calibrate: false }, 'none'],
    [{}, 'temperature'],
  ])('%j', (stored, calibration) => {
    const rules = findSpec('naive-bayes')
    if (!rules) throw new Error('no such stage')
    const params = parseParams(rules, { id: 'nb', params: { target: 'label', ...stored }, version: 1 })
    expect(params).toMatchObject({ target: 'label', calibration, threshold: 'half' })
    expect(params).not.toHaveProperty('calibrate')
  })
})

const train = (params: Record<string, unknown>) =>
  logisticRegression({ params: spec.params.parse({ target: 'label', ...params }), inputs: { train: table }, ctx })

test('a threshold and a calibration are reported, stored in the recipe, and followed by Evaluate', async () => {
  const { model, report } = await train({ calibration: 'sigmoid', threshold: 'cost', costFalseNegative: 5 })
  expect(model.recipe).toMatchObject({
    calibration: 'sigmoid',
    threshold: { by: 'cost', positive: '', costFalsePositive: 1, costFalseNegative: 5 },
  })
  const training = await ctx.readReport(report.artifact, 'training')
  expect(training).toMatchObject({ calibration: 'sigmoid', temperature: null, threshold: { positive: 'spam', by: 'cost' } })
  expect(training.threshold?.threshold).toBeLessThan(0.5)
  expect(training.reliability?.after?.length).toBeGreaterThan(0)

  const { report: evaluation, predictions } = await evaluate({ params: evaluateSpec.params.parse({}), inputs: { model, table }, ctx })
  const measured = await ctx.readReport(evaluation.artifact, 'classification')
  const rows = await ctx.cells(predictions)
  expect(measured.threshold).toEqual({ positive: 'spam', threshold: training.threshold?.threshold })
  expect(measured.perClass[1]?.predicted).toBeGreaterThan(0)
  expect(measured.perClass[1]?.predicted).toBe(rows.filter((row) => row[2] === 'spam').length)
  expect(measured.accuracy).toBeCloseTo(rows.filter((row) => row[4] === true).length / 240, 10)
  // called spam although ham is more probable
  expect(rows.some((row) => row[2] === 'spam' && Number(row[3]) < 0.5)).toBe(true)
})

test('cross-validation chooses the threshold anew in every fold', async () => {
  const report = async (params: Record<string, unknown>) => {
    const { model } = await train(params)
    const { report } = await crossValidate({ params: crossValidateSpec.params.parse({ folds: 4 }), inputs: { model }, ctx })
    return (await ctx.readReport(report.artifact, 'cross-validation')).pooled
  }
  const [half, costly] = [await report({}), await report({ threshold: 'cost', costFalseNegative: 5 })]
  expect(half.perClass[1]?.recall).toBeLessThan(0.2)
  expect(costly.perClass[1]?.recall).toBeGreaterThan(0.8)
  expect(costly.logLoss).toBeCloseTo(half.logLoss, 10)
})

test('what needs no look at the row stands beside the figures', async () => {
  const { model, report } = await train({})
  const { report: evaluation } = await evaluate({ params: evaluateSpec.params.parse({}), inputs: { model, table }, ctx })
  const ham = (await ctx.cells(table)).filter((row) => row[1] === 'ham').length / 240
  for (const { figures } of [report, evaluation]) {
    expect(figures.find(({ name }) => name === 'accuracy, most frequent class')?.value).toBeCloseTo(ham, 10)
    expect(figures.find(({ name }) => name === 'accuracy, stratified')?.value).toBeCloseTo(ham ** 2 + (1 - ham) ** 2, 10)
  }
})

test('a threshold needs two classes, of which the positive one is known', async () => {
  await expect(train({ threshold: 'f1', positive: 'sapm' })).rejects.toMatchObject({
    message: expect.stringContaining('There is no class "sapm"'),
    hint: { param: 'positive' },
  })
})
