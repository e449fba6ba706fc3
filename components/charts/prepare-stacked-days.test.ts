import { describe, expect, test } from 'vitest'
import { dayLabel, prepareStackedDays } from './prepare-stacked-days.ts'

const days = Array.from({ length: 30 }, (_, i) => new Date(Date.UTC(2026, 1, 3 + i)).toISOString().slice(0, 10))
const zeros = days.map(() => 0)
const layersOf = (...values: number[][]) => values.map((each, i) => ({ name: `layer ${i}`, colour: `c${i}`, values: each }))
const chartOf = (layers: ReturnType<typeof layersOf>, width = 600, shown = days) =>
  prepareStackedDays({ days: shown, layers, format: String }, width, 160)
const lastOf = (...values: number[]) => layersOf(...values.map((value) => [...zeros.slice(1), value]))

describe('stacked days', () => {
  test('layers stand on each other, as high as their values', () => {
    const { bars, frame } = chartOf(lastOf(60, 30, 10))
    expect(bars.map(({ colour }) => colour)).toEqual(['c0', 'c1', 'c2'])
    const [low, mid, top] = bars
    expect((low?.y ?? 0) + (low?.height ?? 0)).toBe(frame.bottom)
    expect((mid?.y ?? 0) + (mid?.height ?? 0)).toBeCloseTo(low?.y ?? 0, 1)
    expect((top?.y ?? 0) + (top?.height ?? 0)).toBeCloseTo(mid?.y ?? 0, 1)
    expect((low?.height ?? 0) / (mid?.height ?? 1)).toBeCloseTo(2, 1)
    for (const bar of bars) expect(bar.x + bar.width).toBeLessThanOrEqual(frame.right)
  })
  test('one refusal among a million answers can be seen', () => {
    expect(chartOf(lastOf(1_000_000, 1)).bars.find(({ colour }) => colour === 'c1')?.height).toBeGreaterThanOrEqual(1)
  })
  test('a day without requests has no bar, and no requests at all are an empty chart', () => {
    expect(chartOf(lastOf(5)).bars).toHaveLength(1)
    expect(chartOf(layersOf(zeros, zeros))).toMatchObject({ isEmpty: true, bars: [] })
    expect(prepareStackedDays({ days: [], layers: [], format: String }, 300, 160).isEmpty).toBe(true)
  })
  test.each([260, 358, 600, 1100])('labels on %i px stand clear of each other, and today has one', (width) => {
    const { xTicks } = chartOf(lastOf(1), width)
    expect(xTicks.at(-1)?.label).toBe('4 Mar')
    const gaps = xTicks.slice(1).map(({ at }, i) => at - (xTicks[i]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThan(40)
    for (const { at } of xTicks) {
      expect(at).toBeGreaterThanOrEqual(18)
      expect(at).toBeLessThanOrEqual(width - 18)
    }
  })
  test('the read-out has every layer, topmost first, and zeros as zeros', () => {
    expect(chartOf(lastOf(3, 0)).stops.at(-1)).toMatchObject({
      title: '4 Mar (UTC)',
      lines: [
        { label: 'layer 1', value: '0' },
        { label: 'layer 0', value: '3' },
      ],
    })
  })
  test('a day is the same in every zone', () => expect(dayLabel('2026-12-01')).toBe('1 Dec'))
})
