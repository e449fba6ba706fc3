import { describe, expect, test } from 'vitest'
import type { Trial } from '#server/registry/views'
import { mainMetrics, tableMetrics } from './metric-words.ts'
import { trialDifference } from './trial-difference.ts'

const value = (of: number): Trial => ({ value: of, interval: { low: of - 1, high: of + 1, share: 0.8 }, milliseconds: 1 })
const label = (of: string, p: number): Trial => ({ label: of, confidence: p, probabilities: [{ name: 'a', value: p }], milliseconds: 1 })

describe('two runtimes agree', () => {
  test.each<[string, Trial, Trial, boolean]>([
    ['on a large number, but for the last digits', value(200_000), value(200_001), true],
    ['not on one that is off', value(200_000), value(200_010), false],
    ['not on a small number off by a hundredth', value(0.5), value(0.51), false],
    ['on a class', label('a', 0.9), label('a', 0.900_001), true],
    ['not on another class', label('a', 0.5), label('b', 0.5), false],
    ['not on a class and a number', label('a', 0.5), value(1), false],
  ])('%s', (_name, one, other, agree) => expect(trialDifference(one, other).agree).toBe(agree))
})

describe('metrics on show', () => {
  const metrics = (...names: string[]) => names.map((name) => ({ name, value: 1 }))
  test('are those of the task', () => {
    expect(mainMetrics(metrics('rows', 'R2', 'MAE')).map(({ name }) => name)).toEqual(['R2', 'MAE'])
    expect(tableMetrics([{ metrics: metrics('R2', 'RMSE') }, { metrics: [] }])).toEqual(['R2', 'RMSE'])
    expect(tableMetrics([{ metrics: metrics('accuracy') }])).toEqual(['accuracy', 'macro F1', 'log-loss', 'ECE'])
    expect(tableMetrics([{ metrics: metrics('accuracy') }, { metrics: metrics('MAE') }])).toContain('MAE')
    expect(tableMetrics([{ metrics: metrics('rows', 'silhouette', 'clusters') }])).toEqual(['silhouette', 'clusters'])
    expect(mainMetrics(metrics('recall', 'MRR', 'NDCG')).map(({ name }) => name)).toEqual(['NDCG', 'recall'])
  })
})
