import { onnx } from 'onnx-proto'
import { describe, expect, test } from 'vitest'
import { readModelFile } from '#core/model/model-file'
import { numberReferenceSchema } from '#core/model/signature'
import type { FeatureStep } from '#core/ports/plan'
import { regressionCrossValidationReportSchema } from '#core/reports/regression'
import { trainingReportSchema } from '#core/reports/report'
import { exportPipeline } from '#ml/onnx/export-pipeline'
import { compareValuesWithOnnx, madeUpRows, numberColumn, type RuntimeName, textColumn, textStep } from '#ml/onnx/testing'
import { crossValidate } from '#ml/validate/cross-validate'
import golden from '../fixtures/golden-regression.json'
import { fitPipeline } from './fit'
import type { FitArgs } from './fit-args'
import type { FittedRegressor } from './fitted-pipeline'
import { predictPipeline } from './predict'

const ridge = (alpha: number) => ({ kind: 'linear-regression' as const, penalty: 'ridge' as const, alpha, l1Share: 0.5, maxEpochs: 1_000 })
const numbers: FeatureStep = { kind: 'number', columns: ['area', 'year'], impute: 'median', indicator: false, scale: 'standard' }
const towns: FeatureStep = { kind: 'category', columns: ['town'], minRows: 1, maxValues: 10, encoding: 'one-hot' }
const homes = { area: numberColumn(golden.area), year: numberColumn(golden.year), town: textColumn(golden.town) }
const args: FitArgs = {
  columns: homes,
  target: Float64Array.from(golden.price),
  targetName: 'price',
  plan: { prepare: [], features: [numbers, towns] },
  estimator: ridge(2),
  calibration: 'none',
  seed: 7,
}

async function fitNumbers(change: Partial<FitArgs> = {}): Promise<FittedRegressor> {
  const pipeline = await fitPipeline({ ...args, ...change })
  if (pipeline.task !== 'regression') throw new Error('a linear regression answers numbers')
  return pipeline
}

test(`predicts as scikit-learn's ${golden.ridge.call}`, async () => {
  const { values } = predictPipeline(await fitNumbers(), homes)
  for (const [row, expected] of golden.ridge.predicted.entries()) expect(values[row]).toBeCloseTo(expected, 3)
})

describe('what it says of itself', () => {
  test('errors, interval and reference are out of fold', async () => {
    const { training, reference, signature } = await fitNumbers()
    expect(trainingReportSchema.parse({ ...training, parity: null })).toEqual({ ...training, parity: null })
    expect(numberReferenceSchema.parse(reference)).toEqual(reference)
    expect(signature).toMatchObject({ target: 'price', task: 'regression' })
    expect(training.outOfFold?.r2).toBeGreaterThan(0.97)
    // the noise is uniform over 41 steps: its deviation is 11.8
    expect(training.outOfFold?.rmse).toBeGreaterThan(11)
    expect(training.outOfFold?.rmse).toBeLessThan(14.5)
    expect(reference.residuals).toEqual(training.outOfFold?.interval)
    expect(reference.residuals.high - reference.residuals.low).toBeGreaterThan(30)
    expect(reference.values.counts.reduce((sum, count) => sum + count, 0)).toBe(60)
    expect(training.strongest[0]).toMatchObject({ name: 'Raises price', features: [{ feature: expect.stringContaining('area') }, {}, {}] })
  })
  test('noise explains nothing', async () => {
    const target = Float64Array.from(golden.price, (_, i) => (i * 7919) % 101)
    expect((await fitNumbers({ target })).training.outOfFold?.r2).toBeLessThan(0.1)
  })
  test('the same training gives the same bytes, and the file says what it is', async () => {
    const bytes = exportPipeline(await fitNumbers())
    expect(Buffer.compare(bytes, exportPipeline(await fitNumbers()))).toBe(0)
    const graph = onnx.ModelProto.decode(bytes).graph
    expect(graph?.output?.map(({ name }) => name)).toEqual(['value'])
    const file = readModelFile(bytes)
    expect(file).toMatchObject({ classes: [], signature: { task: 'regression' }, reference: { task: 'regression', rows: 60 } })
  })
})

describe('data that cannot be learned from', () => {
  test.each<[string, Partial<FitArgs>, RegExp]>([
    ['no rows', { target: new Float64Array(0) }, /no rows/],
    ['text', { target: golden.town }, /"price" holds text.*Cast it/],
    ['a row without a number', { target: Float64Array.from(golden.price).with(4, Number.NaN) }, /1 row has no number .* row 5/],
    ['an infinite number', { target: Float64Array.from(golden.price).with(0, 1e39) }, /beyond 3.4e38; the first is row 1/],
    ['the same number everywhere', { target: new Float64Array(60).fill(3) }, /All 60 rows have the same number 3/],
    ['one row', { columns: { area: numberColumn([1]) }, target: Float64Array.of(3) }, /All 1 rows have the same number/],
    ['an input named as the output', { columns: { value: homes.area }, plan: { prepare: [], features: [] } }, /"value".*rename/],
  ])('%s', async (_name, change, sentence) => {
    await expect(fitNumbers(change)).rejects.toMatchObject({ name: 'AppError', message: expect.stringMatching(sentence) })
  })
})

const { texts, labels } = madeUpRows(400)
const odd = [Number.NaN, Number.POSITIVE_INFINITY, 1e39, -0, 1e-40, 16_777_217]
const mixed = {
  text: textColumn(texts),
  kind: textColumn(texts.map((_, i) => ['a', 'b', 'ü', ''][i % 4] ?? '')),
  amount: numberColumn(texts.map((_, i) => odd[i % 40] ?? 1e9 + ((i * 7919) % 997) * 1e6)),
  size: numberColumn(texts.map((_, i) => (i * 31) % 17)),
  year: numberColumn(texts.map((_, i) => 1900 + ((i * 53) % 120))),
}
const amounts: FeatureStep = { kind: 'number', columns: ['amount', 'size'], impute: 'median', indicator: true, scale: 'standard' }
const asTheyAre: FeatureStep = { kind: 'number', columns: ['size', 'year'], impute: 'median', indicator: false, scale: 'none' }
const kinds: FeatureStep = { kind: 'category', columns: ['kind'], minRows: 1, maxValues: 10, encoding: 'one-hot' }
const lengths = Float64Array.from(
  texts,
  (text, i) => text.length * 3 + (labels[i] === 'pin' ? 20 : 0) + ((i * 31) % 17) + ((i * 7919) % 13),
)

const pipelines: { name: string; features: FeatureStep[]; target?: Float64Array; estimator?: FitArgs['estimator'] }[] = [
  { name: 'text', features: [textStep({ chars: { min: 2, max: 3 } })] },
  { name: 'categories and numbers', features: [kinds, amounts] },
  { name: 'numbers as they are', features: [asTheyAre] },
  {
    name: 'small differences of large numbers',
    features: [asTheyAre],
    target: mixed.year.values.map((year, i) => 5 * (year - 1960) + (i % 3)),
  },
  { name: 'a target in millions', features: [textStep({}), kinds, amounts], target: lengths.map((value) => 5e6 + value * 1e6) },
  { name: 'a tiny target', features: [kinds, amounts], target: lengths.map((value) => value * 1e-9) },
  { name: 'lasso', features: [textStep({}), amounts], estimator: { ...ridge(0.5), penalty: 'lasso' } },
]
describe.each(pipelines)('$name', ({ features, target = lengths, estimator = ridge(1) }) => {
  const fitted = fitNumbers({ columns: mixed, target, targetName: 'length', plan: { prepare: [], features }, estimator })
  test.each<RuntimeName>(['native', 'web'])('answers alike in %s', async (runtime) => {
    const pipeline = await fitted
    expect(await compareValuesWithOnnx(exportPipeline(pipeline), pipeline, mixed, runtime)).toBeLessThanOrEqual(1e-5)
  })
})

describe('crossValidate', () => {
  test('reports folds and all out-of-fold rows', async () => {
    const report = await crossValidate({ ...args, folds: 5, strategy: { kind: 'stratified', seed: 1 }, texts: (row) => `home ${row}` })
    expect(regressionCrossValidationReportSchema.parse(report)).toEqual(report)
    if (report.report !== 'regression-cross-validation') throw new Error('a regressor has another report')
    expect(report.pooled.rows).toBe(60)
    expect(report.r2?.mean).toBeGreaterThan(0.95)
    expect(report.pooled.worst.every(({ row, truth, text }) => golden.price[row] === truth && text === `home ${row}`)).toBe(true)
  })
  test('a fold of one row has no R2', async () => {
    const report = await crossValidate({ ...args, folds: 60, strategy: { kind: 'in-order' } })
    expect(report).toMatchObject({ r2: null, folds: 60 })
  })
})

test('cancels between folds, not after the last', async () => {
  const abort = new AbortController()
  const told: number[] = []
  const work = crossValidate({
    ...args,
    folds: 60,
    onProgress(done) {
      told.push(done)
      if (done > 0) abort.abort()
    },
    strategy: { kind: 'in-order' },
    signal: abort.signal,
    estimator: { ...ridge(0), penalty: 'lasso' },
  })
  await expect(work).rejects.toMatchObject({ code: 'cancelled' })
  expect(Math.max(...told)).toBeLessThan(60 * 100)
})
