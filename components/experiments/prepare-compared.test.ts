import { describe, expect, test } from 'vitest'
import type { ExperimentMetric } from '#core/experiments/metric'
import type { ComparedExperiment } from '#core/experiments/views'
import { axisValues, classDifferences, comparedMetrics, comparedParams, lossSeries, parallelAxes } from './prepare-compared.ts'

const metric = (name: string, value: number, better?: 'higher' | 'lower', source: ExperimentMetric['source'] = 'evaluation') => ({
  source,
  name,
  value,
  ...(better && { better }),
})
const of = (estimator: string, params: Record<string, string>, metrics: ExperimentMetric[]) => ({
  estimator,
  params: Object.entries(params).map(([name, value]) => ({ name, value })),
  metrics,
})
const three = [
  of('ridge', { C: '0.1', target: 'price' }, [
    metric('MAE', 12, 'lower'),
    metric('rows', 5),
    metric('MAE', 14, 'lower', 'cross-validation'),
  ]),
  of('ridge', { C: '10', target: 'price' }, [metric('recall[a]', 1, 'higher'), metric('MAE', 9, 'lower'), metric('rows', 5)]),
  of('forest', { trees: '100', target: 'price' }, [metric('MAE', 9, 'lower')]),
]

test('params of all, what only some have as missing', () => {
  expect(comparedParams(three)).toEqual([
    { name: 'estimator', values: ['ridge', 'ridge', 'forest'], differs: true },
    { name: 'C', values: ['0.1', '10', null], differs: true },
    { name: 'target', values: ['price', 'price', 'price'], differs: false },
    { name: 'trees', values: [null, null, '100'], differs: true },
  ])
})

test('metrics by source, classes last, the best of them marked, also where two are', () => {
  expect(comparedMetrics(three).map(({ label, isBest, differs }) => [label, isBest, differs])).toEqual([
    ['MAE', [false, true, true], true],
    ['rows', [false, false, false], true],
    ['recall[a]', [false, false, false], true],
    ['MAE, cross-validated', [false, false, false], true],
  ])
})

test.each([
  [
    ['0.1', '1e-5', null],
    [0.1, 1e-5, null],
  ],
  [
    ['5 %', '10 %'],
    [5, 10],
  ],
  [
    ['1', 'auto'],
    ['1', 'auto'],
  ],
  [
    ['2 to 5', '1'],
    ['2 to 5', '1'],
  ],
])('%j on an axis is %j', (values, expected) => expect(axisValues(values)).toEqual(expected))

test('axes are the params that differ, then what people choose by', () => {
  expect(parallelAxes(three).map(({ name, values }) => [name, values])).toEqual([
    ['estimator', ['ridge', 'ridge', 'forest']],
    ['C', [0.1, 10, null]],
    ['trees', [null, null, 100]],
    ['MAE', [12, 9, 9]],
    ['MAE, cross-validated', [14, null, null]],
  ])
})

test('loss curves of other lengths share one axis', () => {
  const looks = [
    { name: 'a', colour: 'r' },
    { name: 'b', colour: 'g' },
    { name: 'c', colour: 'b' },
  ]
  const curve = (...epochs: number[]) => ({ loss: epochs.map((epoch) => ({ epoch, loss: 1 / epoch })) })
  const { x, series } = lossSeries([curve(1, 2), curve(), curve(1, 4)], looks)
  expect(x).toEqual([1, 2, 4])
  expect(series.map(({ name, values }) => [name, values])).toEqual([
    ['a', [1, 0.5, null]],
    ['c', [1, null, 0.25]],
  ])
})

describe('differences per class', () => {
  const one = (name: string, rows: number, f1: number) => ({ name, rows, f1, recall: f1, precision: f1 })
  const side = (source: 'evaluation' | 'cross-validation', ...perClass: ReturnType<typeof one>[]): Pick<ComparedExperiment, 'classes'> => ({
    classes: { source, perClass },
  })
  test('the largest first; a class without rows on a side has none', () => {
    const rows = classDifferences(
      side('evaluation', one('a', 5, 0.5), one('b', 5, 0.9), one('c', 0, 0)),
      side('evaluation', one('b', 5, 0.6), one('a', 5, 0.6), one('c', 2, 1)),
    )
    expect(rows?.map(({ name, f1 }) => [name, f1 === null ? null : Math.round(f1 * 10) / 10])).toEqual([
      ['b', -0.3],
      ['a', 0.1],
      ['c', null],
    ])
  })
  test('none between an evaluation and folds, or for regressors', () => {
    expect(classDifferences(side('evaluation'), side('cross-validation'))).toBeNull()
    expect(classDifferences(side('evaluation'), { classes: null })).toBeNull()
  })
})
