import { describe, expect, test } from 'vitest'
import { crossValidationReportSchema, trainingReportSchema } from '#core/reports/report'
import { exportPipeline } from '#ml/onnx/export-pipeline'
import { compareWithOnnx, fitOn, madeUpRows, numberColumn, textColumn, textStep } from '#ml/onnx/testing'
import { crossValidateClassifier as crossValidate } from '#ml/validate/cross-validate-classifier'
import { predictPipeline } from './predict'

const { texts, labels } = madeUpRows(600)
const columns = { text: textColumn(texts) }
const plan = { prepare: [], features: [textStep({})] }

describe('data that cannot be learned from', () => {
  const refused: [string, () => Promise<unknown>, RegExp][] = [
    ['no rows', () => fitOn({ columns: { text: textColumn([]) }, target: [] }), /no rows/],
    ['one row', () => fitOn({ columns: { text: textColumn(['a b']) }, target: ['x'] }), /same label "x" in the column "label"/],
    ['one class', () => fitOn({ columns, target: labels.map(() => 'x'), targetName: 'topic' }), /same label "x" in the column "topic"/],
    ['a row without label', () => fitOn({ columns, target: labels.with(3, '') }), /1 row has no label .* row 4/],
    [
      'a column without any value',
      () => fitOn({ columns: { text: textColumn(texts.map(() => '')) }, target: labels, plan }),
      /"text" has no value in any/,
    ],
    [
      'no words',
      () => fitOn({ columns: { text: textColumn(texts.map(() => '!? .')) }, target: labels, plan }),
      /No term of the column "text"/,
    ],
    ['no usable column', () => fitOn({ columns: { id: textColumn(texts.map((_, i) => `id${i}`)) }, target: labels }), /"id": .*identifier/],
    ['an absent column', () => fitOn({ columns: {}, target: labels, plan }), /"text" is not in the table/],
    [
      'more classes than memory has room for',
      () =>
        fitOn({
          columns: { text: textColumn(Array.from({ length: 20_000 }, (_, i) => `word${i}`)) },
          target: Array.from({ length: 20_000 }, (_, i) => `c${i}`),
          plan,
        }),
      /20000 rows, 20000 terms and 20000 classes would need about 10\.\d GiB/,
    ],
    ['another number of rows', () => fitOn({ columns, target: labels.slice(1), plan }), /has 600 rows, the target has 599/],
    [
      'the target as a feature',
      () => fitOn({ columns: { text: textColumn(labels) }, target: labels, targetName: 'text', plan }),
      /"text" is the target/,
    ],
    [
      'an input named as an output',
      () => fitOn({ columns: { label: textColumn(texts) }, target: labels, targetName: 'topic' }),
      /"label".*rename/,
    ],
  ]
  test.each(refused)('%s', async (_name, run, sentence) => {
    await expect(run()).rejects.toMatchObject({ name: 'AppError', message: expect.stringMatching(sentence) })
  })
})

describe('odd data that works', () => {
  test('a class with fewer rows than folds is said', async () => {
    const pipeline = await fitOn({ columns, target: labels.with(0, 'alone'), plan })
    expect(pipeline.training.warnings).toEqual([
      'The class "alone" has fewer rows than the 5 folds: hardly anything is known of how well it is recognised. Add rows, or join classes.',
    ])
  })
  test('two rows of two classes', async () => {
    const pipeline = await fitOn({ columns: { text: textColumn(['red apple', 'blue sky']) }, target: ['a', 'b'], plan })
    expect([...predictPipeline(pipeline, { text: textColumn(['red', 'sky']) }).labels]).toEqual([0, 1])
  })
  test.each(['sigmoid', 'isotonic'] as const)('two rows of two classes with a threshold, calibrated by %s', async (calibration) => {
    const threshold = { by: 'balanced', positive: 'a', costFalsePositive: 1, costFalseNegative: 1 } as const
    const rows = { text: textColumn(['red apple', 'blue sky']) }
    const pipeline = await fitOn({ columns: rows, target: ['a', 'b'], plan, calibration, threshold })
    const { probabilities } = predictPipeline(pipeline, { text: textColumn(['red', 'sky', '']) })
    for (const row of [0, 1, 2]) expect((probabilities[row * 2] ?? 0) + (probabilities[row * 2 + 1] ?? 0)).toBeCloseTo(1, 6)
    expect(trainingReportSchema.omit({ parity: true }).parse(pipeline.training)).toEqual(pipeline.training)
  })
  test('constant, partly missing and infinite numbers', async () => {
    const numbers = {
      constant: numberColumn(labels.map(() => 3)),
      partly: numberColumn(labels.map((label, i) => (i % 4 === 0 ? Number.NaN : label.length))),
      infinite: numberColumn(labels.map((_, i) => (i === 5 ? Number.NEGATIVE_INFINITY : i))),
    }
    const step = {
      kind: 'number' as const,
      columns: Object.keys(numbers),
      impute: 'median' as const,
      indicator: true,
      scale: 'standard' as const,
    }
    const pipeline = await fitOn({ columns: numbers, target: labels, plan: { prepare: [], features: [step] } })
    expect(pipeline.training.notes.join(' ')).toMatch(
      /1 infinite .* "infinite".*"constant" has the same value|"constant" has the same value.*1 infinite/,
    )
    expect((await compareWithOnnx(exportPipeline(pipeline), pipeline, numbers, 'native')).difference).toBeLessThanOrEqual(1e-5)
  })
  test('three hundred classes', async () => {
    const names = Array.from({ length: 900 }, (_, i) => `c${i % 300}`)
    const pipeline = await fitOn({ columns: { text: textColumn(names.map((name, i) => `about ${name} ${i % 7}th`)) }, target: names, plan })
    expect(pipeline.classes).toHaveLength(300)
    expect(pipeline.reference.classes.filter(({ rows, predicted }) => rows === predicted).length).toBeGreaterThan(270)
  })
  test('an empty plan is derived and said', async () => {
    const mixed = {
      text: textColumn(texts),
      id: textColumn(texts.map((_, i) => `id${i}`)),
      kind: textColumn(texts.map((_, i) => `k${i % 3}`)),
      n: numberColumn(texts.map((_, i) => i)),
    }
    const pipeline = await fitOn({ columns: mixed, target: labels })
    expect(pipeline.plan.features.map(({ kind, columns }) => [kind, columns])).toEqual([
      ['text', ['text']],
      ['category', ['kind']],
      ['number', ['n']],
    ])
    expect(pipeline.training.notes.join(' ')).toMatch(/The plan had no features.*Left out the column "id"/)
  })
})

test('calibration lowers the error, and the folds are honest', async () => {
  const pipeline = await fitOn({
    columns,
    target: labels,
    plan,
    estimator: { kind: 'logistic-regression', c: 0.5, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 60 },
  })
  expect(pipeline.training.eceAfter).toBeLessThan(pipeline.training.eceBefore ?? 0)
  expect(pipeline.training.temperature).toBeLessThan(1)
  const noise = await fitOn({ columns, target: labels.map((_, i) => (i % 2 ? 'x' : 'y')), plan })
  expect(noise.reference.confidence.mean).toBeLessThan(0.65)
})

describe('crossValidate', () => {
  const args = {
    columns,
    target: labels,
    plan,
    estimator: { kind: 'logistic-regression' as const, c: 10, penalty: 'l2' as const, l1Share: 0.5, balanced: false, maxEpochs: 60 },
    calibration: 'temperature' as const,
    seed: 1,
  }
  test('reports folds and all out-of-fold rows', async () => {
    const seen: number[] = []
    const report = await crossValidate({
      ...args,
      folds: 5,
      strategy: { kind: 'stratified', seed: 1 },
      onProgress: (done, total) => seen.push(done / total),
    })
    expect(crossValidationReportSchema.parse(report)).toEqual(report)
    expect(report.pooled.rows).toBe(600)
    expect(report.accuracy.mean).toBeGreaterThan(0.8)
    expect(report.pooled.ece).toBeLessThan(0.08)
    expect(seen.every((share, i) => share >= (seen[i - 1] ?? 0) && share <= 1)).toBe(true)
  })
  test('by time tests only later rows', async () => {
    const times = Float64Array.from(labels, (_, i) => i)
    const report = await crossValidate({ ...args, folds: 3, strategy: { kind: 'time', times } })
    expect(report.rows).toBe(450)
    expect(report.pooled.mistakes.every(({ row }) => row >= 150)).toBe(true)
  })
  test('stops when it is aborted', async () => {
    const abort = new AbortController()
    const work = crossValidate({ ...args, folds: 300, strategy: { kind: 'stratified', seed: 1 }, signal: abort.signal })
    setTimeout(() => abort.abort(), 5)
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
  })
})
