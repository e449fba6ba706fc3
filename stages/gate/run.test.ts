import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClassificationReport } from '#core/reports/report'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { gate } from './spec'

const perClass = (name: string, recall: number, falsePositiveRate: number) => ({
  name,
  rows: 100,
  predicted: 100,
  precision: 0.9,
  recall,
  f1: 0.9,
  falsePositiveRate,
  rocAuc: 0.99,
  averagePrecision: 0.98,
})

const report: ClassificationReport = {
  report: 'classification',
  rows: 200,
  classes: ['ham', 'spam'],
  accuracy: 0.95,
  macroPrecision: 0.9,
  macroRecall: 0.9,
  macroF1: 0.9,
  logLoss: 0.2,
  rocAuc: 0.99,
  averagePrecision: 0.98,
  ece: 0.01,
  meanConfidence: 0.94,
  perClass: [perClass('ham', 0.98, 0.13), perClass('spam', 0.8712, 0.02)],
  confusion: null,
  confusions: [],
  curves: [],
  calibration: [],
  mistakes: [],
}

let ctx: TestStageContext
beforeAll(async () => {
  ctx = await testStageContext()
})
afterAll(() => ctx.dispose())

const judge = async (...checks: { metric: string; operator: '>=' | '<='; limit: number }[]) =>
  run({ params: gate.params.parse({ checks }), inputs: { report: await ctx.report('Evaluation', report) }, ctx })

test('passes when every check holds, limits included', async () => {
  const { report: verdict } = await judge(
    { metric: 'accuracy', operator: '>=', limit: 0.95 },
    { metric: 'false positive rate[spam]', operator: '<=', limit: 0.02 },
  )
  expect(await ctx.readReport(verdict.artifact, 'gate')).toMatchObject({ passes: true, checks: [{ value: 0.95 }, { value: 0.02 }] })
})

test('stops with metric, value and limit', async () => {
  const error = await judge(
    { metric: 'accuracy', operator: '>=', limit: 0.9 },
    { metric: 'recall[spam]', operator: '>=', limit: 0.9 },
  ).catch((e) => e)
  expect(error.code).toBe('gate_failed')
  expect(error.message).toContain('recall[spam] is 0.8712; it must be >= 0.9.')
  expect(error.hint.param).toBe('checks.1.limit')
})

test('an unknown class or metric is a wrong setting, not a failed gate', async () => {
  const noClass = await judge({ metric: 'recall[sapm]', operator: '>=', limit: 0.9 }).catch((e) => e)
  expect([noClass.code, noClass.hint.param]).toEqual(['bad_params', 'checks.0.metric'])
  expect(noClass.message).toContain('there is no class "sapm"; the classes are ham, spam')
  await expect(judge({ metric: 'happiness', operator: '>=', limit: 1 })).rejects.toThrow('does not say happiness')
})

test('before a run, check() knows wrong metric names', () => {
  const check = (metric: string) => gate.check?.(gate.params.parse({ checks: [{ metric, operator: '>=', limit: 1 }] }), {}) ?? []
  expect(check('recall[spam]')).toEqual([])
  expect(check('recall[class]')[0]?.message).toContain('Name the class')
  expect(check('speed')[0]?.message).toContain('There is no metric "speed"')
})
