import { expect, test } from 'vitest'
import { pointsLost, type SmallerMeasured, smallerWords } from './smaller'

const measured: SmallerMeasured = {
  on: 'evaluation',
  rows: 3080,
  bytes: { before: 7_547_949, after: 2_188_929 },
  rowsPerSecond: { before: 69_831, after: 73_194 },
  score: { name: 'accuracy', before: 0.8942, after: 0.8938 },
  changed: 3 / 3080,
  largestDifference: 0.0087,
  parity: 5e-7,
}

test('says what int8 costs and gains', () => {
  expect(smallerWords(measured)).toBe(
    'int8: 7.2 MB to 2.1 MB, 69,831 to 73,194 rows a second, accuracy 0.894 to 0.894, 0.10 % of the answers change, a probability differs by at most 0.009 (3,080 evaluation rows).',
  )
  expect(smallerWords({ ...measured, score: null, changed: null, on: 'sample' })).toContain('a number differs by at most')
})

test('points lost are hundredths, and none where nothing was measured', () => {
  expect(pointsLost(measured)).toBeCloseTo(0.04)
  expect(pointsLost({ score: { name: 'R2', before: 0.5, after: 0.6 } })).toBeCloseTo(-10)
  expect(pointsLost({ score: null })).toBeNull()
})
