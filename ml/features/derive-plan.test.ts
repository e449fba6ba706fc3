import { describe, expect, test } from 'vitest'
import { numberColumn, textColumn } from '#ml/onnx/testing'
import { deriveFeatures } from './derive-plan'

const rows = Array.from({ length: 40 }, (_, i) => i)
const day = (i: number) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)
const moment = (i: number) => new Date(Date.UTC(2024, 0, 1, i * 5)).toISOString()
const dates = (of: (i: number) => string) => textColumn(rows.map(of))

describe('dates', () => {
  test('become weekday and month as cycles, and an age; the hour where there are times', () => {
    const { features, notes } = deriveFeatures({ day: dates(day), n: numberColumn(rows) })
    expect(features).toContainEqual({
      kind: 'date',
      columns: ['day'],
      parts: ['month', 'weekday'],
      cyclic: true,
      ageTo: 'latest',
      impute: 'mean',
      indicator: false,
      scale: 'standard',
    })
    expect(notes[0]).toContain('month, weekday and age of day')
    expect(deriveFeatures({ at: dates(moment) }).features).toMatchObject([{ parts: ['month', 'weekday', 'hour'] }])
    expect(deriveFeatures({ at: dates((i) => `${day(i)}T00:00:00.000Z`) }).features).toMatchObject([{ parts: ['month', 'weekday'] }])
  })
  test('stay plain, and missing where missing, for trees', () => {
    const { features } = deriveFeatures({ day: dates((i) => (i % 5 === 0 ? '' : day(i))) }, { readsRaw: true })
    expect(features).toMatchObject([{ kind: 'date', cyclic: false, impute: 'none', indicator: false, scale: 'none' }])
  })
  test('that are missing here and there say so in a feature', () => {
    expect(deriveFeatures({ day: dates((i) => (i % 5 === 0 ? '' : day(i))) }).features).toMatchObject([{ kind: 'date', indicator: true }])
  })
  test.each<[string, (i: number) => string]>([
    ['words with dates in them', (i) => `from ${day(i)} on, see file ${i}`],
    ['hardly any dates', (i) => (i % 3 === 0 ? day(i) : `later than week ${i}`)],
    ['years', (i) => String(1984 + i)],
  ])('are not seen in %s', (_name, of) => {
    expect(deriveFeatures({ column: dates(of) }).features.some(({ kind }) => kind === 'date')).toBe(false)
  })
})
