import { describe, expect, test } from 'vitest'
import { labelErrorsReportSchema } from '#core/reports/label-errors'
import golden from '../fixtures/golden-judging.json'
import { labelErrors } from './label-errors'

const given = golden.labelErrors
const classes = ['a', 'b', 'c']
const find = (labels: readonly number[], probabilities: readonly number[]) =>
  labelErrors({ classes, labels: Int32Array.from(labels), probabilities, texts: (row) => `row ${row}` })

test(given.call, () => {
  const report = find(given.labels, given.probabilities.flat())
  expect(report.joint).toEqual(given.joint)
  for (const [k, { threshold }] of report.classes.entries()) expect(threshold).toBeCloseTo(given.thresholds[k] ?? -1, 12)
  expect(report.estimated).toBeCloseTo(given.estimated, 9)
  expect(report.issues.map(({ row }) => row)).toEqual(given.rows)
  expect(report.found).toBe(given.rows.length)
  expect(report.pairs.reduce((sum, { rows }) => sum + rows, 0)).toBe(report.found)
  expect(labelErrorsReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
})

test('most of the list was flipped, and most flipped rows are in the list', () => {
  const { issues } = find(given.labels, given.probabilities.flat())
  const hits = issues.filter(({ row }) => given.flipped.includes(row)).length
  expect(hits / issues.length).toBeGreaterThan(0.7)
  expect(hits / given.flipped.length).toBeGreaterThan(0.7)
})

describe('by hand', () => {
  test.each<[string, number[], number[], number[]]>([
    ['equal probabilities are no error', [0, 1, 2], new Array<number>(9).fill(1 / 3), []],
    ['a row that no class is sure of is left alone', [0, 0, 1], [0.9, 0.1, 0, 0.4, 0.45, 0.15, 0.1, 0.9, 0], []],
    ['a row that is surely of another class', [0, 0, 0, 1, 1], [0.9, 0.1, 0, 0.8, 0.2, 0, 0.05, 0.95, 0, 0.1, 0.9, 0, 0.1, 0.9, 0], [2]],
    // mean probability of a is 0.85, so that 0.7 does not reach it and 0.3 reaches b's
    ['a row that the model itself would call as labelled', [0, 0, 1, 1], [1, 0, 0, 0.7, 0.3, 0, 0.8, 0.2, 0, 0.6, 0.4, 0], []],
    ['one row', [2], [0.2, 0.3, 0.5], []],
  ])('%s', (_what, labels, probabilities, rows) => {
    const report = find(labels, probabilities)
    expect(report.issues.map(({ row }) => row)).toEqual(rows)
    expect(labelErrorsReportSchema.safeParse(report).success).toBe(true)
  })
  test('says what the row is and should be', () => {
    const [issue] = find([0, 0, 0, 1, 1], [0.9, 0.1, 0, 0.8, 0.2, 0, 0.05, 0.95, 0, 0.1, 0.9, 0, 0.1, 0.9, 0]).issues
    expect(issue).toMatchObject({ label: 'a', probable: 'b', labelProbability: 0.05, probability: 0.95, text: 'row 2' })
    expect(issue?.margin).toBeCloseTo(-0.9, 12)
  })
  test('refuses no rows', () => expect(() => find([], [])).toThrow(/no rows/))
})
