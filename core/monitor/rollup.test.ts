import { describe, expect, test } from 'vitest'
import type { Reference } from '#core/model/signature'
import { randomFrom } from '#core/stats/testing'
import { columnBinners } from './bins'
import {
  addRequest,
  addRow,
  emptyRollup,
  meanConfidence,
  mergeRollups,
  quantileOfConfidence,
  quantileOfLatency,
  type Rollup,
  rollupSchema,
  sumRollups,
} from './rollup'

const reference: Reference = {
  rows: 100,
  columns: [
    { kind: 'number', name: 'hour', missing: 0, edges: [0, 6, 12, 18, 23], counts: [25, 25, 25, 25] },
    { kind: 'length', name: 'body', missing: 0, edges: [1, 10, 100], counts: [50, 50] },
    { kind: 'category', name: 'channel', missing: 0, values: [{ value: 'mail', count: 60 }], other: 40 },
  ],
  classes: [],
  confidence: { counts: new Array<number>(20).fill(5), mean: 0.5 },
}
const binners = columnBinners(reference)

function trafficOf(seed: number): Rollup {
  const random = randomFrom(seed)
  const rollup = emptyRollup()
  for (let i = 0; i < 30; i++) addRequest(rollup, { latencyMs: 10 ** (random() * 6 - 2), status: [200, 422, 503][i % 3] ?? 200 })
  for (let i = 0; i < 30; i++) {
    const input = { hour: Math.floor(random() * 30), body: 'word '.repeat(random() * 200), channel: random() < 0.5 ? 'mail' : 'chat' }
    addRow(
      rollup,
      { label: random() < 0.3 ? 'spam' : `c${Math.floor(random() * 4)}`, confidence: random(), isLow: random() < 0.2, input },
      binners,
    )
  }
  return rollup
}

describe('merging', () => {
  const seeds = Array.from({ length: 25 }, (_, i) => i * 7919 + 1)

  test.each(seeds)('is exact whatever the order and the grouping (seed %i)', (seed) => {
    const [a, b, c] = [trafficOf(seed), trafficOf(seed + 1), trafficOf(seed + 2)]
    expect(mergeRollups(a, b)).toEqual(mergeRollups(b, a))
    expect(mergeRollups(mergeRollups(a, b), c)).toEqual(mergeRollups(a, mergeRollups(b, c)))
    expect(mergeRollups(a, emptyRollup())).toEqual(a)
    expect(sumRollups([c, a, b])).toEqual(mergeRollups(mergeRollups(a, b), c))
  })

  test('equals counting all traffic in one roll-up', () => {
    const [one, two, all] = [emptyRollup(), emptyRollup(), emptyRollup()]
    const random = randomFrom(5)
    for (let i = 0; i < 2000; i++) {
      const part = i % 3 === 0 ? one : two
      const row = {
        label: i % 7 === 0 ? 'a' : 'b',
        confidence: random(),
        isLow: i % 5 === 0,
        input: { hour: i % 24, body: 'a b c', channel: 'mail' },
      }
      for (const rollup of [part, all]) {
        addRequest(rollup, { latencyMs: 3 + (i % 40), status: 200 })
        addRow(rollup, row, binners)
      }
    }
    expect(mergeRollups(one, two)).toEqual(all)
  })

  test('leaves both sides alone and survives JSON', () => {
    const [a, b] = [trafficOf(1), trafficOf(2)]
    const before = structuredClone([a, b])
    const merged = mergeRollups(a, b)
    expect([a, b]).toEqual(before)
    expect(rollupSchema.parse(JSON.parse(JSON.stringify(merged)))).toEqual(merged)
  })

  test('a class or a column named like a property of objects is counted like any other', () => {
    const rollup = emptyRollup()
    for (const label of ['constructor', 'toString', 'constructor', '__proto__']) {
      addRow(rollup, { label, confidence: 1, isLow: false, input: {} }, [])
    }
    const twice = mergeRollups(rollup, rollup)
    expect(Object.entries(twice.classes)).toEqual([
      ['constructor', 4],
      ['toString', 2],
      ['__proto__', 2],
    ])
    expect(JSON.parse(JSON.stringify(twice)).classes.constructor).toBe(4)
  })
})

test('counts requests by outcome and rows by what was answered', () => {
  const rollup = emptyRollup()
  addRequest(rollup, { latencyMs: 4, status: 200 })
  addRequest(rollup, { latencyMs: 0.001, status: 422 })
  addRequest(rollup, { latencyMs: 10 ** 9, status: 503 })
  addRow(rollup, { label: 'spam', confidence: 1, isLow: false, input: { hour: 30, body: 'one two', channel: 'fax' } }, binners)
  addRow(rollup, { label: 'ham', confidence: 0.5, isLow: true, input: { hour: null, body: '', channel: 'mail' } }, binners)
  expect(rollup).toMatchObject({ requests: 3, clientErrors: 1, errors: 1, rows: 2, lowConfidence: 1, classes: { spam: 1, ham: 1 } })
  expect(rollup.latency[0]).toBe(1)
  expect(rollup.latency.at(-1)).toBe(1)
  expect(rollup.confidence[19]).toBe(1)
  expect(rollup.columns).toEqual({
    hour: { counts: [0, 0, 0, 1], missing: 1 },
    body: { counts: [1, 0], missing: 1 },
    channel: { counts: [1, 1], missing: 0 },
  })
  expect(meanConfidence(rollup)).toBe(0.75)
})

describe('the figures of releases that judge themselves', () => {
  const input = { hour: 3, body: 'one two', channel: 'mail' }
  test('a fallback answered: its class and confidence are not the version’s, its input is', () => {
    const rollup = emptyRollup()
    addRequest(rollup, { latencyMs: 4, status: 200, failedOver: true })
    addRow(rollup, { label: 'spam', confidence: 0.9, isLow: false, input, isFallback: true, isReview: true }, binners)
    expect(rollup).toMatchObject({
      requests: 1,
      failovers: 1,
      rows: 1,
      fallbacks: 1,
      reviews: 1,
      classes: {},
      confidenceSum: 0,
      confidenceSquares: 0,
    })
    expect(rollup.columns.channel).toEqual({ counts: [1, 0], missing: 0 })
  })
  test('a shadow is compared, or has nothing to be compared with', () => {
    const rollup = emptyRollup()
    for (const differs of [true, false, undefined]) {
      addRow(rollup, { label: 'a', confidence: 0.5, isLow: true, input, ...(differs === undefined ? {} : { differs }) }, binners)
    }
    expect(rollup).toMatchObject({ rows: 3, compared: 2, disagreed: 1 })
  })
  test('squares of confidences give back their variance', () => {
    const rollup = emptyRollup()
    const confidences = [0.2, 0.5, 0.9, 0.9]
    for (const confidence of confidences) addRow(rollup, { label: 'a', confidence, isLow: false, input, isEdge: true }, binners)
    const mean = rollup.confidenceSum / 1e6 / 4
    expect(rollup.confidenceSquares / 1e6 / 4 - mean * mean).toBeCloseTo(0.086875, 6)
    expect(rollup.edge).toBe(4)
  })
  test('bins count like the input that they were made of; of a row with neither nothing is known', () => {
    const [whole, binned] = [emptyRollup(), emptyRollup()]
    for (const one of [input, { hour: null, body: '', channel: 'fax' }, { hour: 30, body: 'w '.repeat(50), channel: 'mail' }]) {
      const row = { label: 'a', confidence: 0.5, isLow: false }
      addRow(whole, { ...row, input: one }, binners)
      addRow(binned, { ...row, bins: binners.map(({ name, binOf }) => binOf(one[name as keyof typeof one])) }, binners) // names of the three columns
    }
    expect(binned).toEqual(whole)
    addRow(binned, { label: 'a', confidence: 0.5, isLow: false, bins: [] }, binners)
    addRow(binned, { label: 'a', confidence: 0.5, isLow: false }, binners)
    expect(binned.columns).toEqual(whole.columns)
  })
  test('stored roll-ups without them are read and summed', () => {
    const { failovers: _, edge: __, confidenceSquares: ___, ...old } = JSON.parse(JSON.stringify(trafficOf(1)))
    expect(rollupSchema.parse(old)).toMatchObject({ failovers: 0, edge: 0, confidenceSquares: 0 })
    expect(mergeRollups(old, trafficOf(2)).edge).toBe(0)
    expect(sumRollups([old, old]).failovers).toBe(0)
  })
})

test('a latency quantile is within its bin of the exact one', () => {
  const random = randomFrom(3)
  const latencies = Array.from({ length: 5000 }, () => 2 + 30 * random() ** 4)
  const rollup = emptyRollup()
  for (const latencyMs of latencies) addRequest(rollup, { latencyMs, status: 200 })
  latencies.sort((a, b) => a - b)
  for (const q of [0.5, 0.9, 0.95, 0.99]) {
    const exact = latencies[Math.floor(q * latencies.length)] ?? Number.NaN
    const read = quantileOfLatency(rollup, q) ?? Number.NaN
    expect(Math.abs(Math.log(read / exact))).toBeLessThan(Math.log(1.15))
  }
})

test('figures of no traffic are missing, not zero', () => {
  const rollup = emptyRollup()
  expect([quantileOfLatency(rollup, 0.5), quantileOfConfidence(rollup, 0.5), meanConfidence(rollup)]).toEqual([null, null, null])
})
