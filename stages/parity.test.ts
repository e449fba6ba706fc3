import { expect, test } from 'vitest'
import { largestDifference } from './parity'

const of = (...values: number[]) => Float32Array.from(values)

test.each<[string, Float32Array, Float32Array, number]>([
  ['the same', of(0.25, 0.75), of(0.25, 0.75), 0],
  ['one that differs', of(0.25, 0.75), of(0.25, 0.5), 0.25],
  ['a number above 1, as a share of it', of(100), of(101), 0.01],
  ['too few', of(0.25, 0.75), of(0.25), Number.NaN],
  ['no number, and right ones after it', of(0.25, 0.5, 0.25), of(Number.NaN, 0.5, 0.25), Number.NaN],
])('%s', (_name, expected, given, difference) => {
  expect(largestDifference(expected, given)).toEqual(Number.isNaN(difference) ? Number.NaN : expect.closeTo(difference, 6))
})
