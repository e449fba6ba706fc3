import { describe, expect, test } from 'vitest'
import type { RecommendationReport } from '#core/reports/recommendation'
import { prepareRecommendation } from './prepare-recommendation.ts'

const measure = (name: RecommendationReport['measures'][number]['name'], value: number, popular: number) => ({
  name,
  value,
  interval: { low: value - 0.01, high: value + 0.01 },
  popularity: { value: popular, interval: null },
})

const report: RecommendationReport = {
  report: 'recommendation',
  algorithm: 'EASE',
  users: 900,
  items: 40,
  interactions: 7_000,
  k: 2,
  tested: 500,
  heldOut: 1,
  by: 'time',
  measures: [measure('NDCG', 0.3, 0.1), measure('precision', 0.02, 0.01)],
  difference: { value: 0.2, interval: { low: 0.18, high: 0.22 }, p: 0.0001 },
  curve: [
    { k: 1, recall: 0.2, ndcg: 0.2, popularityRecall: 0.05, popularityNdcg: 0.05 },
    { k: 2, recall: 0.4, ndcg: 0.3, popularityRecall: 0.15, popularityNdcg: 0.1 },
  ],
  coverage: { model: 0.9, popularity: 0.1 },
  popularTenth: { items: 4, model: 0.3, popularity: 1, heldOut: 0.25 },
  loss: [],
  temperature: 0.1,
  samples: [
    {
      user: 'ann',
      history: ['tea', 'milk'],
      had: 5,
      heldOut: ['jam'],
      recommended: [{ item: 'jam', probability: 0.25, isHit: true }],
    },
  ],
  notes: [],
}

describe('the verdict', () => {
  const sentence = (change: Partial<RecommendationReport>) => prepareRecommendation({ ...report, ...change }).sentence
  test.each<[string, Partial<RecommendationReport>, RegExp]>([
    [
      'better',
      {},
      /^EASE is better than popularity: NDCG at 2 is 0\.300 against 0\.100 \(\+0\.200, 95 % interval \+0\.180 to \+0\.220, p < 0\.001\), on 500 users with the last item held out\.$/,
    ],
    ['worse', { difference: { value: -0.1, interval: null, p: 0.02 } }, /^EASE is worse than popularity: .*\(−0\.100, p = 0\.020\)/],
    ['no difference', { difference: { value: 0.01, interval: null, p: 0.4 } }, /^EASE cannot be told from popularity/],
    ['the baseline', { difference: null, by: 'random' }, /^Popularity is the baseline itself: .*an item drawn at random held out/],
    ['another algorithm', { algorithm: 'item-item cosine' }, /^Item-item cosine is better/],
    ['several held out', { heldOut: 3 }, /with the last 3 items held out/],
  ])('%s', (_name, change, words) => expect(sentence(change)).toMatch(words))
})

test('each figure stands beside popularity, on a scale that shows both', () => {
  const { tiles, curves } = prepareRecommendation(report)
  expect(tiles.map(({ name, value, popularity, mark, to }) => [name, value, popularity, mark, to])).toEqual([
    ['NDCG', '0.300', '0.100', 0.1, 0.35],
    ['Precision', '0.020', '0.010', 0.01, 0.05],
  ])
  expect(curves.map(({ input }) => input.series.map(({ values }) => values))).toEqual([
    [
      [0.2, 0.4],
      [0.05, 0.15],
    ],
    [
      [0.2, 0.3],
      [0.05, 0.1],
    ],
  ])
})

test('shares, samples, and no objective without iterations', () => {
  const { spread, samples, objective } = prepareRecommendation(report)
  expect(spread[1]?.rows.map(({ name, words }) => [name, words])).toEqual([
    ['model', '30.0 %'],
    ['popularity', '100.0 %'],
    ['what users took', '25.0 %'],
  ])
  expect(samples).toEqual([
    {
      user: 'ann',
      history: 'tea · milk',
      more: 'and 3 more',
      heldOut: 'jam',
      recommended: [{ item: 'jam', words: '25.0 %', isHit: true }],
    },
  ])
  expect(objective).toBeNull()
  expect(prepareRecommendation({ ...report, loss: [{ epoch: 1, loss: 3 }] }).objective?.x).toEqual([1])
})
