import { describe, expect, test } from 'vitest'
import { dependenceReportSchema } from '#core/reports/dependence'
import { importanceReportSchema } from '#core/reports/importance'
import type { TrainColumns } from '#ml/pipeline/data'
import golden from '../fixtures/golden-judging.json'
import { partialDependence } from './partial-dependence'
import { permutationImportance } from './permutation-importance'

const names = ['a', 'b', 'c', 'constant']
const columns: TrainColumns = Object.fromEntries(
  names.map((name, i) => [name, { type: 'number', values: Float64Array.from(golden.importance.x, (row) => row[i] ?? 0) }]),
)
const numbersOf = (all: TrainColumns, name: string) => {
  const column = all[name]
  return column?.type === 'number' ? column.values : new Float64Array()
}

/** The formula that the golden file asks scikit-learn about. */
function predict(all: TrainColumns): Float64Array {
  const [a, b, c] = [numbersOf(all, 'a'), numbersOf(all, 'b'), numbersOf(all, 'c')]
  return a.map((value, i) => 3 * value - (b[i] ?? 0) ** 2 + value * (c[i] ?? 0))
}

function r2(all: TrainColumns): number {
  const { y } = golden.importance
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length
  const predicted = predict(all)
  const [left, whole] = [
    y.reduce((sum, value, i) => sum + (value - (predicted[i] ?? 0)) ** 2, 0),
    y.reduce((sum, value) => sum + (value - mean) ** 2, 0),
  ]
  return 1 - left / whole
}

describe('permutationImportance', () => {
  const args = { columns, measure: r2, metric: 'R2', direction: 'maximise', seed: 3 } as const
  test(golden.importance.call, async () => {
    const report = await permutationImportance({ ...args, repeats: 400 })
    for (const { name, mean, std } of report.columns) {
      const i = names.indexOf(name)
      const [expected, deviation] = [golden.importance.mean[i] ?? 0, golden.importance.std[i] ?? 0]
      // both are drawn: within four standard errors
      expect(Math.abs(mean - expected)).toBeLessThanOrEqual(4 * deviation * Math.sqrt(1 / 400 + 1 / 2000))
      expect(Math.abs(std - deviation)).toBeLessThanOrEqual(0.2 * deviation)
    }
    expect(importanceReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })
  test('is the same twice, leaves the columns alone, and turns losses round', async () => {
    const before = JSON.stringify(columns)
    const report = await permutationImportance({ ...args, repeats: 3 })
    expect(await permutationImportance({ ...args, repeats: 3 })).toEqual(report)
    expect(JSON.stringify(columns)).toBe(before)
    const turned = await permutationImportance({ ...args, measure: (all) => -r2(all), direction: 'minimise', repeats: 3 })
    expect(turned.columns).toEqual(report.columns)
  })
  test('a constant column is not tried', async () => {
    let asked = 0
    const measure = (all: TrainColumns) => r2(all) + 0 * asked++
    const report = await permutationImportance({ ...args, measure, repeats: 5 })
    expect(asked).toBe(1 + 3 * 5)
    expect(report.columns.find(({ name }) => name === 'constant')).toMatchObject({ mean: 0, std: 0 })
  })
  test('texts are shuffled with their gaps', async () => {
    const values = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? '' : `t${i}`))
    const missing = Uint8Array.from(values, (value) => (value === '' ? 1 : 0))
    let torn = 0
    const measure = ({ t }: TrainColumns) => {
      if (t?.type === 'text') for (const [i, value] of t.values.entries()) torn += (value === '') === (t.missing[i] === 1) ? 0 : 1
      return torn
    }
    const report = await permutationImportance({ ...args, columns: { t: { type: 'text', values, missing } }, measure, repeats: 3 })
    expect(report.columns[0]?.losses).toEqual([0, 0, 0])
  })
  test('ends when it is cancelled, and refuses no rows', async () => {
    const signal = AbortSignal.abort()
    await expect(permutationImportance({ ...args, repeats: 1, signal })).rejects.toMatchObject({ code: 'cancelled' })
    await expect(permutationImportance({ ...args, columns: {}, repeats: 1 })).rejects.toThrow(/no rows/)
  })
})

describe('partialDependence', () => {
  test(golden.dependence.call, async () => {
    const report = await partialDependence({ columns, column: 'b', outputs: ['y'], predict })
    expect(report.points.map(({ value }) => value)).toEqual(golden.dependence.values)
    for (const [i, { means }] of report.points.entries()) expect(means[0]).toBeCloseTo(golden.dependence.average[i] ?? Number.NaN, 10)
    expect(dependenceReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })
  test('a number of many values is asked at 20 of them, without its thin ends', async () => {
    const values = Float64Array.from({ length: 5000 }, (_, i) => (i === 7 ? Number.POSITIVE_INFINITY : i === 8 ? Number.NaN : i))
    const identity = (all: TrainColumns) => numbersOf(all, 'n')
    const report = await partialDependence({ columns: { n: { type: 'number', values } }, column: 'n', outputs: ['y'], predict: identity })
    expect(report).toMatchObject({ rows: 1000 })
    expect(report.points).toHaveLength(20)
    expect(Number(report.points[0]?.value) / 5000).toBeCloseTo(0.05, 2)
    expect(Number(report.points[19]?.value) / 5000).toBeCloseTo(0.95, 2)
    for (const { value, means } of report.points) expect(means[0]).toBeCloseTo(Number(value), 6)
  })
  test('a text is asked at its values, the most frequent first, for each output', async () => {
    const t = { type: 'text', values: ['x', 'y', 'y', ''], missing: Uint8Array.of(0, 0, 0, 1) } as const
    const lengths = ({ t: column }: TrainColumns) =>
      (column?.type === 'text' ? column.values : []).flatMap((value) => (value === 'y' ? [0.75, 0.25] : [0.5, 0.5]))
    const report = await partialDependence({ columns: { t }, column: 't', outputs: ['p', 'q'], predict: lengths })
    expect(report.points).toEqual([
      { value: 'y', means: [0.75, 0.25] },
      { value: 'x', means: [0.5, 0.5] },
    ])
  })
  test.each<[string, TrainColumns, RegExp]>([
    ['an unknown column', columns, /reads no column "t"; it reads a, b, c, constant/],
    ['a column without values', { t: { type: 'number', values: Float64Array.of(Number.NaN) } }, /"t" has no value/],
  ])('refuses %s', async (_what, all, sentence) => {
    await expect(partialDependence({ columns: all, column: 't', outputs: ['y'], predict })).rejects.toThrow(sentence)
  })
})
