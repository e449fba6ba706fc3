import { expect, test } from 'vitest'
import type { Reference } from '#core/model/signature'
import { columnBinners } from './bins'
import { figureMinutes, figureValueWords, figureWords, measureFigure, parseFigure, plainFigures } from './figures'
import { addRequest, addRow, emptyRollup } from './rollup'

const reference: Reference = {
  rows: 1000,
  columns: [{ kind: 'category', name: 'channel', missing: 0, values: [{ value: 'mail', count: 900 }], other: 100 }],
  classes: [
    { name: 'ham', rows: 800, predicted: 800 },
    { name: 'spam', rows: 200, predicted: 200 },
  ],
  confidence: { counts: new Array<number>(20).fill(0), mean: 0.9 },
}

function traffic(rows: number) {
  const all = emptyRollup()
  for (let i = 0; i < rows; i++) {
    addRequest(all, { latencyMs: 10, status: i % 10 === 0 ? 500 : 200 })
    addRow(
      all,
      { label: i % 2 ? 'spam' : 'ham', confidence: 0.8, isLow: i % 4 === 0, input: { channel: 'chat' } },
      columnBinners(reference),
    )
  }
  return { all, champion: all, reference, minutes: 60 }
}

test.each([
  ['requestsPerMinute', 2],
  ['errorRate', 0.1],
  ['clientErrorRate', 0],
  ['meanConfidence', 0.8],
  ['lowConfidence', 0.25],
  ['driftedColumns', 2],
  ['share:spam', 0.5],
  ['share:constructor', 0],
])('measures %s', (name, value) => expect(measureFigure(name, traffic(120))).toBeCloseTo(value, 12))

test('drift is measured as a distance, and says nothing on too few rows', () => {
  expect(measureFigure('drift:channel', traffic(120))).toBeGreaterThan(0.5)
  expect(measureFigure('drift:(prediction)', traffic(120))).toBeGreaterThan(0.1)
  expect(measureFigure('drift:channel', traffic(20))).toBeNull()
  expect(measureFigure('driftedColumns', traffic(20))).toBeNull()
  expect(measureFigure('drift:gone', traffic(120))).toBeNull()
  expect(measureFigure('drift:channel', { ...traffic(120), reference: null })).toBeNull()
})

test('without traffic only the requests are known: there are none', () => {
  const nothing = { all: emptyRollup(), champion: emptyRollup(), reference, minutes: 1 }
  expect(plainFigures.filter((name) => measureFigure(name, nothing) !== null)).toEqual(['requestsPerMinute'])
  expect(measureFigure('requestsPerMinute', nothing)).toBe(0)
})

test('names, words and units', () => {
  expect(parseFigure('nonsense')).toBeNull()
  expect(parseFigure('drift:')).toBeNull()
  expect(parseFigure('drift:a:b')).toEqual({ kind: 'drift', of: 'a:b' })
  expect(figureWords('drift:(prediction)')).toBe('Drift of the predictions')
  expect(figureMinutes('drift:body')).toBe(60)
  expect(figureValueWords('errorRate', 0.0613)).toBe('6.1 %')
  expect(figureValueWords('latencyP99', 21.04)).toBe('21 ms')
})
