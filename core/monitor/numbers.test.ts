import { describe, expect, test } from 'vitest'
import type { NumberReference } from '#core/model/signature'
import { columnBinners, cutAtDeciles, predictionName, quantileOfBins } from './bins'
import { compareWithReference } from './drift'
import { addRow, emptyRollup, lowConfidenceShare, meanConfidence, mergeRollups } from './rollup'
import { summarise } from './summary'

const trained = Array.from({ length: 500 }, (_, i) => 100 + ((i * 37) % 500))
const reference: NumberReference = {
  task: 'regression',
  rows: 500,
  columns: [{ kind: 'number', name: 'area', missing: 0, ...cutAtDeciles(trained) }],
  values: cutAtDeciles(trained),
  residuals: { share: 0.8, low: -5, high: 5 },
}

function trafficOf(values: readonly number[]) {
  const rollup = emptyRollup()
  for (const value of values) addRow(rollup, { value, input: { area: 300 } }, columnBinners(reference))
  return rollup
}

describe('traffic of a regressor', () => {
  test('is counted on the bins of its training predictions; there is no confidence', () => {
    const rollup = mergeRollups(trafficOf([-1e9, 150, 1e9]), trafficOf([]))
    expect(rollup.columns[predictionName]?.counts).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 1])
    expect(rollup.rows).toBe(3)
    expect(rollup.classes).toEqual({})
    expect([meanConfidence(rollup), lowConfidenceShare(rollup)]).toEqual([null, null])
    expect(summarise(rollup)).toMatchObject({ rows: 3, meanConfidence: null, confidenceP10: null, lowConfidence: null })
  })
  test.each([
    ['like training', trained, 'stable'],
    ['a third higher', trained.map((value) => value * 1.33), 'drifted'],
    ['too few', trained.slice(0, 20), 'not-enough-data'],
  ] as const)('%s: its predictions are %s', (_name, values, state) => {
    const drift = compareWithReference(reference, trafficOf(values)).find((one) => one.name === predictionName)
    expect(drift).toMatchObject({ kind: 'prediction', test: 'kolmogorov-smirnov', state, bins: { edges: reference.values.edges } })
  })
})

test.each([
  [0.5, [0, 10, 20], [1, 1], 10],
  [0.25, [0, 10, 20], [1, 1], 5],
  [1, [0, 10, 20], [1, 1], 20],
  [0, [0, 10, 20], [0, 2], 10],
  [0.5, [0, 10], [0], null],
])('quantile %d of bins %j with %j is %j', (q, edges, counts, expected) => expect(quantileOfBins(edges, counts, q)).toBe(expected))
