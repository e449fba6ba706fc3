import { describe, expect, test } from 'vitest'
import { drawBinomial, drawCounts } from './multinomial'
import { chiSquareSurvival } from './special'
import { randomFrom } from './testing'

/** ln of n over k times p^k (1 - p)^(n - k) */
function logMass(n: number, p: number, k: number): number {
  let sum = k * Math.log(p) + (n - k) * Math.log1p(-p)
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i)
  return sum
}

describe('binomial draws have the frequencies of the distribution', () => {
  test.each([
    [8, 0.3],
    [1_000, 0.004],
    [40, 0.5],
    [60, 0.9],
    [5_000, 0.02],
    [100_000, 0.31],
  ])('%i trials with a chance of %f', (n, p) => {
    const draws = 40_000
    const random = randomFrom(n)
    const seen = new Map<number, number>()
    for (let i = 0; i < draws; i++) {
      const k = drawBinomial(n, p, random)
      seen.set(k, (seen.get(k) ?? 0) + 1)
    }
    const deviation = Math.sqrt(n * p * (1 - p))
    const [from, to] = [Math.max(0, Math.floor(n * p - 3 * deviation)), Math.min(n, Math.ceil(n * p + 3 * deviation))]
    // ten or so groups of neighbouring counts, and the tails as one
    const wide = Math.max(1, Math.ceil((to - from + 1) / 12))
    let [statistic, groups, coveredMass, covered] = [0, 0, 0, 0]
    for (let at = from; at <= to; at += wide) {
      let [mass, met] = [0, 0]
      for (let k = at; k < Math.min(at + wide, to + 1); k++) {
        mass += Math.exp(logMass(n, p, k))
        met += seen.get(k) ?? 0
      }
      coveredMass += mass
      covered += met
      if (mass * draws < 5) continue
      statistic += (met - mass * draws) ** 2 / (mass * draws)
      groups += 1
    }
    expect(chiSquareSurvival(statistic, groups)).toBeGreaterThan(0.001)
    expect(Math.abs(covered / draws - coveredMass)).toBeLessThan(0.003)
  })

  test('nothing and everything', () => {
    expect(drawBinomial(10, 0, randomFrom(1))).toBe(0)
    expect(drawBinomial(10, 1, randomFrom(1))).toBe(10)
    expect(drawBinomial(0, 0.4, randomFrom(1))).toBe(0)
  })
})

test('counts of cells sum to the draws, and vary and go together as a multinomial does', () => {
  const weights = [50, 30, 15, 5, 0]
  const counts = new Int32Array(5)
  const random = randomFrom(3)
  const draws = 20_000
  const [sums, squares] = [new Float64Array(5), new Float64Array(5)]
  let both = 0
  for (let i = 0; i < draws; i++) {
    drawCounts(weights, 100, random, counts)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100)
    for (const [k, count] of counts.entries()) {
      sums[k] = (sums[k] ?? 0) + count
      squares[k] = (squares[k] ?? 0) + count * count
    }
    both += (counts[0] ?? 0) * (counts[1] ?? 0)
  }
  for (const [k, weight] of weights.entries()) {
    const mean = (sums[k] ?? 0) / draws
    expect(Math.abs(mean - weight)).toBeLessThan(0.15)
    expect(Math.abs((squares[k] ?? 0) / draws - mean * mean - weight * (1 - weight / 100))).toBeLessThan(0.9)
  }
  // the covariance of two counts is -n p q
  expect(Math.abs(both / draws - ((sums[0] ?? 0) / draws) * ((sums[1] ?? 0) / draws) + 15)).toBeLessThan(0.9)
})
