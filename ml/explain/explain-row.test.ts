import { describe, expect, test } from 'vitest'
import type { EstimatorKind } from '#core/estimators/estimators'
import type { FeatureStep } from '#core/ports/plan'
import { transformFeatures } from '#ml/features/fit-plan'
import { readValues } from '#ml/features/read-values'
import { numberColumn, textColumn, textStep } from '#ml/onnx/testing'
import type { TrainColumns } from '#ml/pipeline/data'
import { fitPipeline } from '#ml/pipeline/fit'
import { fitUnlabelled } from '#ml/pipeline/fit-unlabelled'
import type { FittedPipeline } from '#ml/pipeline/fitted-pipeline'
import { predictPipeline } from '#ml/pipeline/predict'
import { readLearnedState, writeLearnedState } from '#ml/state/learned-state'
import { explainRow } from './explain-row'
import { similarRows } from './similar-rows'
import { estimatorOf, fitTickets, rawSteps, ticketSteps, tickets } from './testing'

const few = { trees: 12, minRows: 4 }
const noText = ticketSteps.slice(1)

/** Row `row` of columns, alone. */
function rowOf(columns: TrainColumns, row: number): TrainColumns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      column.type === 'number' ? numberColumn([column.values[row] ?? Number.NaN]) : textColumn([column.values[row] ?? '']),
    ]),
  )
}

/** What is answered: probabilities, or the number. */
function answersOf(pipeline: FittedPipeline, columns: TrainColumns): number[] {
  return pipeline.task === 'regression'
    ? [...predictPipeline(pipeline, columns).values]
    : [...predictPipeline(pipeline, columns).probabilities]
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const cases: [EstimatorKind, Record<string, unknown>, FeatureStep[], 2 | 3, string, (score: number) => number][] = [
  ['logistic-regression', {}, ticketSteps, 2, 'log-odds', sigmoid],
  ['linear-svm', {}, ticketSteps, 2, 'log-odds', sigmoid],
  ['naive-bayes', {}, [textStep({ weighting: 'count' })], 2, 'log-odds', sigmoid],
  ['gradient-boosting', few, rawSteps, 2, 'log-odds', sigmoid],
  ['random-forest', few, rawSteps.slice(1).map((step) => ({ ...step, impute: 'median' }) as FeatureStep), 3, 'share', (share) => share],
  ['neural-network', {}, ticketSteps, 3, 'probability', (p) => p],
  ['nearest-neighbours', {}, ticketSteps, 3, 'probability', (p) => p],
  ['gaussian-naive-bayes', {}, noText, 3, 'probability', (p) => p],
  ['linear-svm', {}, [...ticketSteps, { kind: 'components', columns: [], components: 6, centre: true }], 3, 'probability', (p) => p],
  ['linear-regression', {}, ticketSteps, 3, 'value', (value) => value],
  ['random-forest-regression', few, noText, 3, 'value', (value) => value],
  ['gradient-boosting-regression', { ...few, loss: 'poisson' }, rawSteps, 3, 'log-value', Math.exp],
]

describe.each(cases)('%s, %j', (kind, params, features, classes, unit, answer) => {
  test('base and contributions add up to the score, and the score is the answer', async () => {
    const pipeline = await fitTickets(estimatorOf(kind, params), { features, classes })
    const { columns } = tickets(40, 77)
    const width = pipeline.task === 'classification' ? pipeline.classes.length : 1
    for (const row of [0, 13, 39]) {
      const own = rowOf(columns, row)
      const explained = await explainRow(pipeline, own, { seed: 1 })
      const answers = answersOf(pipeline, own)
      for (let k = 0; k < width; k++) {
        const { unit: given, base, score, columns: parts, isBeforeCalibration } = explained.of(k)
        expect(given).toBe(unit)
        expect(parts.map(({ column }) => column).sort()).toEqual(pipeline.signature.inputs.map(({ name }) => name).sort())
        expect(Math.abs(base + parts.reduce((sum, { contribution }) => sum + contribution, 0) - score)).toBeLessThan(1e-4)
        for (const { contribution, features, others } of parts) {
          if (features.length === 0) continue
          expect(features.reduce((sum, each) => sum + each.contribution, others.contribution)).toBeCloseTo(contribution, 9)
        }
        if (!isBeforeCalibration) expect(answer(score)).toBeCloseTo(answers[k] ?? Number.NaN, unit.endsWith('value') ? 2 : 4)
      }
    }
  })
})

test.each(['k-means', 'isolation-forest'] as const)('%s, found without answers: contributions add up to the probability', async (kind) => {
  const { columns } = tickets(150)
  const pipeline = await fitUnlabelled({ columns, plan: { prepare: [], features: noText }, estimator: estimatorOf(kind), seed: 3 })
  const learned = readLearnedState(writeLearnedState(pipeline) ?? new Uint8Array())
  const own = rowOf(columns, 5)
  const { base, score, columns: parts, unit } = (await explainRow(learned, own, { seed: 1 })).of(0)
  expect(unit).toBe('probability')
  expect(parts.reduce((sum, { contribution }) => sum + contribution, base)).toBeCloseTo(score, 9)
  expect(score).toBeCloseTo(answersOf(pipeline, own)[0] ?? Number.NaN, 6)
  expect(similarRows(learned, own, 3).rows[0]).toMatchObject({ row: 5, answer: pipeline.classes[pipeline.found.labels[5] ?? 0] })
})

test('several classes: scores are above the mean of all, so their differences are those of the logarithms of the answers', async () => {
  const pipeline = await fitTickets(estimatorOf('logistic-regression'))
  const own = rowOf(tickets(5, 9).columns, 2)
  const explained = await explainRow(pipeline, own, { seed: 1 })
  const answers = answersOf(pipeline, own)
  const scores = answers.map((_, k) => explained.of(k).score)
  expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(0, 5)
  expect((scores[0] ?? 0) - (scores[1] ?? 0)).toBeCloseTo(Math.log((answers[0] ?? 0) / (answers[1] ?? 0)), 4)
})

test('a bent calibration is said to be left out', async () => {
  const [bent, plain] = await Promise.all(
    (['isotonic', 'temperature'] as const).map(async (calibration) => {
      const pipeline = await fitTickets(estimatorOf('logistic-regression'), { calibration })
      return (await explainRow(pipeline, rowOf(tickets(5, 9).columns, 0), { seed: 1 })).of(0).isBeforeCalibration
    }),
  )
  expect([bent, plain]).toEqual([true, false])
})

test('linear contributions are the interventional Shapley values over all training rows', async () => {
  // v(S): the mean of the score when the columns in S are those of the row and the others those of each training row
  const { columns } = tickets(120)
  const numbers: TrainColumns = {
    age: columns.age ?? numberColumn([]),
    amount: numberColumn([...(columns.amount?.values ?? [])].map((v) => Number(v) || 7)),
    size: numberColumn(Array.from({ length: 120 }, (_, i) => (i * 37) % 11)),
  }
  const names = Object.keys(numbers)
  const target = Float64Array.from({ length: 120 }, (_, i) =>
    names.reduce((sum, name, k) => sum + (k + 1) * Number(numbers[name]?.values[i]), 0),
  )
  const pipeline = await fitPipeline({
    columns: numbers,
    target,
    plan: { prepare: [], features: [{ kind: 'number', columns: names, impute: 'median', indicator: false, scale: 'standard' }] },
    estimator: estimatorOf('linear-regression'),
    calibration: 'none',
    seed: 1,
  })
  const own = rowOf(numbers, 17)
  const value = (known: readonly string[]) => {
    const mixed = Object.fromEntries(
      names.map((name) => [
        name,
        known.includes(name)
          ? numberColumn(new Array<number>(120).fill(Number(own[name]?.values[0])))
          : (numbers[name] ?? numberColumn([])),
      ]),
    )
    return answersOf(pipeline, mixed).reduce((sum, each) => sum + each, 0) / 120
  }
  const { columns: parts, base } = (await explainRow(pipeline, own, { seed: 1 })).of(0)
  expect(base).toBeCloseTo(value([]), 2)
  for (const name of names) {
    const [a = '', b = ''] = names.filter((other) => other !== name)
    const exact =
      (value([name]) - value([])) / 3 +
      (value([name, a]) - value([a])) / 6 +
      (value([name, b]) - value([b])) / 6 +
      (value([name, a, b]) - value([a, b])) / 3
    expect(parts.find(({ column }) => column === name)?.contribution).toBeCloseTo(exact, 2)
  }
})

test('a column that has its typical value adds nothing, and what is absent is said to be', async () => {
  const network = await fitTickets(estimatorOf('neural-network'))
  const own = rowOf(tickets(5, 9).columns, 0)
  own.plan = textColumn([String(network.background.typical.plan)])
  const { columns, against } = (await explainRow(network, own, { seed: 1 })).of(0)
  expect(columns.find(({ column }) => column === 'plan')?.contribution).toBe(0)
  expect(against).toBe('typical row')

  const linear = await fitTickets(estimatorOf('logistic-regression'), { classes: 2 })
  own.text = textColumn(['thanks thanks'])
  const text = (await explainRow(linear, own, { seed: 1 })).of(1).columns.find(({ column }) => column === 'text')
  expect(text?.features.find(({ name }) => name === 'text: refund')).toMatchObject({ isAbsent: true })
  expect(text?.features.find(({ name }) => name === 'text: refund')?.contribution).toBeLessThan(0)
})

test('only one row is explained at a time', async () => {
  const pipeline = await fitTickets(estimatorOf('linear-regression'))
  await expect(explainRow(pipeline, tickets(3).columns, { seed: 1 })).rejects.toThrow('One row is explained at a time, and here are 3.')
})

test('hears a cancelled signal', async () => {
  const pipeline = await fitTickets(estimatorOf('nearest-neighbours'))
  await expect(explainRow(pipeline, rowOf(tickets(3, 9).columns, 0), { seed: 1, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  })
})

test('means and spreads are those of the features', async () => {
  const pipeline = await fitTickets(estimatorOf('logistic-regression'))
  const { features, background } = pipeline
  const { columns } = tickets(240)
  const x = transformFeatures(
    features,
    readValues(features.blocks, columns),
    Int32Array.from({ length: 240 }, (_, i) => i),
  )
  for (let term = 0; term < features.terms; term += 7) {
    const values = Array.from({ length: 240 }, (_, row) => {
      for (let j = x.ptr[row] ?? 0; j < (x.ptr[row + 1] ?? 0); j++) if (x.ids[j] === term) return x.values[j] ?? 0
      return 0
    })
    const mean = values.reduce((sum, value) => sum + value, 0) / 240
    expect(background.means[term]).toBeCloseTo(mean, 5)
    expect(background.spreads[term]).toBeCloseTo(Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 240), 5)
  }
})
