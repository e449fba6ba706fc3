import { describe, expect, test } from 'vitest'
import { experimentLabels } from './labels'
import { experimentMetrics, metricId, metricLabel, parseMetricId, usualMetrics } from './metric'

const of = (number: number, title = 'Train', stage = 'train', workflow = 'Mail') => ({
  run: { id: `${number}`, number },
  workflow: { id: workflow, name: workflow },
  title,
  stage,
})

test.each([
  [
    [of(1), of(2)],
    ['Run 1', 'Run 2'],
  ],
  [
    [of(1, 'Ridge'), of(1, 'Forest')],
    ['Run 1, Ridge', 'Run 1, Forest'],
  ],
  [
    [of(1, 'Train', 'a'), of(1, 'Train', 'b')],
    ['Run 1, a', 'Run 1, b'],
  ],
  [
    [of(1), of(1, 'Train', 'train', 'Prices')],
    ['Mail, run 1', 'Prices, run 1'],
  ],
  [
    [of(1), of(1)],
    ['Run 1, train (1)', 'Run 1, train (2)'],
  ],
  [[], []],
])('labels tell experiments apart', (experiments, labels) => expect(experimentLabels(experiments)).toEqual(labels))

describe('metrics', () => {
  const report = (stage: string, kind: string, value: number | null) => ({
    stage,
    // null is what the database makes of a figure that is not finite
    value: { report: kind, figures: [{ name: 'accuracy', value: value as number }] },
  })
  test('of the stage whose id comes first, by source, without what is no number or no measure of quality', () => {
    const metrics = experimentMetrics([
      report('train', 'training', 0.99),
      report('judge-b', 'classification', 0.7),
      report('judge-a', 'classification', 0.8),
      report('folds', 'cross-validation', null),
      report('gate', 'gate', 1),
    ])
    expect(metrics).toEqual([
      { source: 'evaluation', name: 'accuracy', value: 0.8 },
      { source: 'training', name: 'accuracy', value: 0.99 },
    ])
    expect(metrics.map(metricLabel)).toEqual(['accuracy', 'accuracy, training'])
  })
  test('an id is read back, whatever the name holds; nonsense is not', () => {
    const metric = { source: 'cross-validation', name: 'recall[a:b], deviation' } as const
    expect(parseMetricId(metricId(metric))).toEqual(metric)
    expect([parseMetricId('when'), parseMetricId('other:accuracy'), parseMetricId('evaluation:')]).toEqual([null, null, null])
  })
  test('the usual ones are measured on rows held back, else those of the training', () => {
    const training = { source: 'training', name: 'accuracy' } as const
    const held = { source: 'evaluation', name: 'R2' } as const
    expect(usualMetrics([training, held, { source: 'evaluation', name: 'rows' }])).toEqual([held])
    expect(usualMetrics([training])).toEqual([training])
    const silhouette = { source: 'training', name: 'silhouette' } as const
    expect(usualMetrics([silhouette, held])).toEqual([held, silhouette])
  })
})
