import { expect, test } from 'vitest'
import { proportionTest } from './proportion-test'

// scipy 1.10.1, stats.<call> of [[a, n - a], [b, m - b]]
test.each<[number, number, number, number, string, number]>([
  [0, 72, 12, 36, 'fisher_exact', 4.48850452497451e-7],
  [1, 10, 9, 12, 'fisher_exact', 0.0036913550845439386],
  [5, 20, 6, 980, 'fisher_exact', 8.04696817650474e-7],
  [3, 3, 0, 4, 'fisher_exact', 0.028571428571428567],
  [0, 5, 0, 7, 'no hits', 1.0],
  [40, 100, 60, 110, 'chi2_contingency(correction=False)', 0.03504512426513769],
  [250, 1000, 300, 1000, 'chi2_contingency(correction=False)', 0.012282738972377383],
  [2, 1000, 9, 500, 'fisher_exact', 0.0013201284955419426],
  [7, 30, 8, 33, 'chi2_contingency(correction=False)', 0.9325703267596597],
  [499, 500, 1995, 2000, 'fisher_exact', 1.0],
])('%i of %i against %i of %i: %s', (a, n, b, m, _call, p) => {
  const [own, other] = [
    { hits: a, trials: n },
    { hits: b, trials: m },
  ]
  expect(proportionTest(own, other) / p).toBeCloseTo(1, 8)
  expect(proportionTest(other, own) / p).toBeCloseTo(1, 8)
})

test('no trials, and huge groups', () => {
  expect(proportionTest({ hits: 0, trials: 0 }, { hits: 3, trials: 9 })).toBe(1)
  // expects 4 hits in the small group, so that 100 tables are summed
  expect(proportionTest({ hits: 4, trials: 100 }, { hits: 39_996, trials: 999_900 })).toBeCloseTo(1, 6)
  expect(proportionTest({ hits: 400_000, trials: 1e6 }, { hits: 500_000, trials: 1e6 })).toBeLessThan(1e-200)
})
