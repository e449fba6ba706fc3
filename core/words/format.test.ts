import { expect, test } from 'vitest'
import {
  formatAgo,
  formatBytes,
  formatCompact,
  formatDuration,
  formatFigure,
  formatNumber,
  formatShare,
  formatTicks,
  formatValue,
  plural,
} from './format'

test.each([
  [48_102, '48,102'],
  [0.9, '0.9'],
  [12.345, '12.35'],
  [Number.NaN, '–'],
  [-3, '-3'],
])('formatNumber(%s) is %s', (value, words) => expect(formatNumber(value)).toBe(words))

test.each([
  [123_456.7, '123,457'],
  [12.3456, '12.35'],
  [-0.000_123_44, '-0.0001234'],
  [0, '0'],
  [1.5e21, '1.5e+21'],
  [2e-9, '2e-9'],
  [Number.POSITIVE_INFINITY, '∞'],
])('formatValue(%s) is %s', (value, words) => expect(formatValue(value)).toBe(words))

test.each([
  [0.9, '0.900'],
  [1, '1.000'],
  [5_025.123, '5,025'],
  [0.000_02, '0.00002'],
])('formatFigure(%s) is %s', (value, words) => expect(formatFigure(value)).toBe(words))

test.each([
  [84, '84 ms'],
  [1_800, '1.8 s'],
  [40_000, '40 s'],
  [72_000, '1 min 12 s'],
  [5_400_000, '1 h 30 min'],
  [3 * 86_400_000, '3 d'],
])('formatDuration(%s) is %s', (ms, words) => expect(formatDuration(ms)).toBe(words))

test.each<[number[], string[]]>([
  [
    [6, 8, 10, 12],
    ['6', '8', '10', '12'],
  ],
  [
    [0.5, 1, 1.5],
    ['0.5', '1.0', '1.5'],
  ],
  [
    [-0.02, 0, 0.02],
    ['−0.02', '0.00', '0.02'],
  ],
  [
    [8_000, 12_000],
    ['8,000', '12,000'],
  ],
  [
    [0.1 + 0.2, 0.4],
    ['0.3', '0.4'],
  ],
  [
    [1e-6, 2e-6],
    ['0.000001', '0.000002'],
  ],
])('ticks %j are written %j', (values, words) => expect(formatTicks(values)).toEqual(words))

test('ago is relative to the given now', () => {
  const now = new Date('2026-11-23T12:00:00Z')
  expect(formatAgo(new Date('2026-11-23T11:58:00Z'), now)).toBe('2 min ago')
  expect(formatAgo(new Date('2026-11-22T11:00:00Z'), now)).toBe('yesterday')
  expect(formatAgo(new Date('2026-11-23T12:01:00Z'), now)).toBe('in 1 min')
})

test('sizes and shares carry their unit', () => {
  expect(formatBytes(11_953_112)).toBe('11.4 MB')
  expect(formatBytes(12)).toBe('12 B')
  expect(formatCompact(2_510_000)).toBe('2.51 M')
  expect(formatShare(0.0613)).toBe('6.1 %')
  expect(plural(1, 'stage')).toBe('1 stage')
  expect(plural(1_200, 'row')).toBe('1,200 rows')
})
