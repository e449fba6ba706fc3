import { describe, expect, test } from 'vitest'
import type { ComparisonReport } from '#core/reports/comparison'
import type { FairnessReport } from '#core/reports/fairness'
import type { SlicesReport } from '#core/reports/slices'
import { prepareComparison } from './prepare-comparison.ts'
import { prepareExplanation } from './prepare-explanation.ts'
import { prepareFairness } from './prepare-fairness.ts'
import { prepareSlices } from './prepare-slices.ts'

describe('slices', () => {
  const slice = (column: string, name: string, rows: number, value: number, adjustedP: number): SlicesReport['slices'][number] => ({
    column,
    name,
    kind: 'value',
    range: null,
    rows,
    value,
    interval: { low: value - 0.05, high: Math.min(1, value + 0.05) },
    gap: value - 0.9,
    adjustedP,
  })
  const report: SlicesReport = {
    report: 'slices',
    columns: ['region', 'age'],
    rows: 500,
    measure: 'accuracy',
    value: 0.9,
    minRows: 30,
    slices: [slice('age', 'old', 4, 0.25, 0.01), slice('region', 'south', 60, 0.67, 0.0001), slice('region', 'north', 400, 0.93, 0.03)],
  }
  test('slices with few rows are marked, and neither stretch the scale nor count as worse', () => {
    const { slices, from, to, sentence } = prepareSlices(report, null, 'worst')
    expect(slices.map(({ name, hasFewRows, isBad }) => [name, hasFewRows, isBad])).toEqual([
      ['old', true, false],
      ['south', false, true],
      ['north', false, false],
    ])
    expect([from, to]).toEqual([0.2, 1])
    expect(sentence).toBe('One slice is worse than the other rows by more than chance.')
    expect(slices[1]?.words).toEqual({ value: '67.0 %', interval: '62.0 % to 72.0 %', gap: '−23.0 points', p: '< 0.001' })
  })
  test('one column, fewest rows first', () => {
    expect(prepareSlices(report, 'region', 'fewest rows').slices.map(({ name }) => name)).toEqual(['south', 'north'])
    expect(prepareSlices(report, 'age', 'worst').sentence).toBe('No slice has the 30 rows that a judgement needs.')
  })
  test('of errors the higher is the worse, on a scale from 0', () => {
    const errors = { ...report, measure: 'error' as const, slices: [{ ...slice('town', 'Luik', 40, 31, 0.001), gap: 20 }] }
    const { slices, from } = prepareSlices(errors, null, 'worst')
    expect([slices[0]?.isBad, slices[0]?.words.gap, from]).toEqual([true, '+20', 0])
  })
})

test('fairness: says who is below whom, and dashes what could not be measured', () => {
  const report: FairnessReport = {
    report: 'fairness',
    column: 'who',
    selects: 'granted',
    rows: 100,
    groups: [
      {
        name: 'a',
        rows: 50,
        positives: 0,
        selected: 25,
        selectionRate: { value: 0.5, interval: { low: 0.37, high: 0.63 } },
        truePositiveRate: null,
        falsePositiveRate: null,
        accuracy: 0.5,
        isCompared: true,
      },
    ],
    selection: { lowest: 'b', highest: 'a', difference: 0.2, ratio: 0.6, p: 0.0414 },
    truePositive: null,
    falsePositive: { lowest: 'a', highest: 'b', difference: 0, ratio: 1, p: 1 },
    equalisedOdds: null,
    fourFifths: 'fails',
  }
  const { verdict, gaps, groups } = prepareFairness(report)
  expect(verdict).toEqual({ value: 'fails', sub: 'ratio 0.60, b against a', isBad: true })
  expect(gaps.map(({ value, sub }) => `${value}: ${sub}`)).toEqual([
    '20.0: b below a, p = 0.041',
    '–: fewer than two groups with enough rows',
    '0.0: the same in all groups',
    '–: not enough rows of both kinds',
  ])
  expect(groups[0]?.rates.map(({ words }) => words)).toEqual([
    '37.0 % to 63.0 % at 95 %',
    'no rows to measure it on',
    'no rows to measure it on',
  ])
})

test('comparison: one scale for all pairs with 0 in its middle; the best of each metric, none where all are equal', () => {
  const pair = (second: string, value: number): ComparisonReport['pairs'][number] => ({
    first: 'A',
    second,
    rows: null,
    test: 'paired permutation',
    p: 0.0004,
    adjustedP: 0.0006,
    differences: [
      { value, interval: { low: value - 1, high: value + 1 } },
      { value: null, interval: null },
    ],
    winner: null,
    sentence: `${second}.`,
  })
  const { models, pairs } = prepareComparison({
    report: 'comparison',
    task: 'regression',
    target: 'price',
    rows: 90,
    metrics: [
      { name: 'MAE', better: 'lower', isShare: false },
      { name: 'R2', better: 'higher', isShare: false },
    ],
    models: [
      { name: 'A', values: [4, null] },
      { name: 'B', values: [3.5, null] },
    ],
    pairs: [pair('B', -0.5), pair('C', 2)],
    resamples: 2_000,
  })
  expect(models.map(({ values, isBest }) => [values, isBest])).toEqual([
    [
      ['4.000', '–'],
      [false, false],
    ],
    [
      ['3.500', '–'],
      [true, false],
    ],
  ])
  expect(pairs.map(({ differences }) => differences.map(({ words, range, reach }) => [words, range, reach]))).toEqual([
    [['−0.500', '−1.500 to +0.500', 3]],
    [['+2.000', '+1.000 to +3.000', 3]],
  ])
  expect(pairs[0]?.test).toBe('paired permutation, p < 0.001 for 2 pairs, p < 0.001 alone')
})

test('explanation: bars on one scale, a line over numbers, a table over categories, one line for two classes', () => {
  const point = (value: number | string, spam: number) => ({ value, means: [1 - spam, spam] })
  const curve = (column: string, points: ReturnType<typeof point>[]) => ({
    report: 'dependence' as const,
    column,
    rows: 60,
    outputs: ['ham', 'spam'],
    points,
  })
  const column = (name: string, mean: number, std: number) => ({ name, mean, std, losses: [mean] })
  const { measure, importance, curves } = prepareExplanation({
    report: 'explanation',
    importance: {
      report: 'importance',
      rows: 60,
      repeats: 5,
      metric: 'accuracy',
      baseline: 0.95,
      columns: [column('hour', 0.3, 0.1), column('sender', -0.01, 0)],
    },
    dependence: [curve('hour', [point(0, 0.2), point(23, 0.9)]), curve('sender', [point('a.example', 0.4)])],
    notes: [],
  })
  expect(measure).toContain('accuracy (95.0 %)')
  expect(importance.map(({ words, share, high }) => [words, share, high])).toEqual([
    ['30.0 points', expect.closeTo(0.75, 9), 1],
    ['−1.0 points', 0, 0],
  ])
  expect(curves[0]).toMatchObject({ kind: 'lines', legend: [], input: { x: [0, 23], series: [{ name: 'spam', values: [0.2, 0.9] }] } })
  expect(curves[1]).toMatchObject({ kind: 'table', outputs: ['spam'], rows: [{ value: 'a.example', words: ['40.0 %'], shares: [0.4] }] })
})
