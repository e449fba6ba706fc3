import { describe, expect, it } from 'vitest'
import type { GapEvidence } from './evidence'
import { boundedMeanGap, figureMeanGap, type Moments } from './mean-gap'
import { mixGap } from './mix-gap'
import { drawBinomial } from './multinomial'
import { histogramOf, quantileGap } from './quantile-gap'
import { type Share, shareAbove, shareBelow } from './share-evidence'
import { gapAbove, shareGap, shareLimit } from './share-gap'
import { logGamma } from './special'
import { randomFrom } from './testing'

/** All ways to put so many into so many cells, each with its chance. */
function tables(cells: readonly number[], n: number): { counts: number[]; chance: number }[] {
  const [share = 0, ...rest] = cells
  if (rest.length === 0) return [{ counts: [n], chance: share ** n }]
  return Array.from({ length: n + 1 }, (_, k) => k).flatMap((k) =>
    tables(rest, n - k).map(({ counts, chance }) => ({
      counts: [k, ...counts],
      chance: chance * share ** k * Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)),
    })),
  )
}

/**
 * What an e-value is worth on average, over all that two arms of these mixes may show; at most 1 where the hypothesis holds.
 * Where it is told as 1 or less there is no evidence, and how much less than none is not told: that counts as nothing.
 */
function worth(
  champion: { mix: readonly number[]; n: number },
  challenger: { mix: readonly number[]; n: number },
  logEvidence: (champion: number[], challenger: number[]) => number,
): number {
  let sum = 0
  for (const a of tables(champion.mix, champion.n))
    for (const b of tables(challenger.mix, challenger.n)) {
      const evidence = logEvidence(a.counts, b.counts)
      if (evidence > 0) sum += a.chance * b.chance * Math.exp(evidence)
    }
  // where a single table is possible the sum is 1 but for rounding
  return sum - 1e-9
}

const shareOf = ([hits = 0, misses = 0]: readonly number[]): Share => ({ hits, trials: hits + misses })
const two = (share: number) => [share, 1 - share]
const bets =
  (values: readonly number[]) =>
  (counts: readonly number[]): Moments => ({
    n: counts.reduce((n, count) => n + count, 0),
    sum: counts.reduce((sum, count, i) => sum + count * (values[i] ?? 0), 0),
    squares: counts.reduce((sum, count, i) => sum + count * (values[i] ?? 0) ** 2, 0),
  })

describe('an e-value is worth at most 1 on average while its hypothesis holds, counted out exactly', () => {
  it.each([
    [0, 0.05, 0.05],
    [0.02, 0.22, 0.2],
    [0.3, 0.5, 0.2],
    [0.5, 0.5, 0],
    [0.8, 0.85, 0.1],
  ])('champion %f, challenger %f, tolerance %f: not worse by more', (a, b, tolerance) => {
    const harm = (x: number[], y: number[]) => shareGap(shareOf(x), shareOf(y), tolerance).harm
    expect(worth({ mix: two(a), n: 7 }, { mix: two(b), n: 6 }, harm)).toBeLessThanOrEqual(1)
    expect(worth({ mix: two(a), n: 20 }, { mix: two(b), n: 3 }, harm)).toBeLessThanOrEqual(1)
    expect(worth({ mix: two(a), n: 2 }, { mix: two(b), n: 20 }, harm)).toBeLessThanOrEqual(1)
  })

  it.each([
    [0, 0.2, 0.2],
    [0.1, 0.4, 0.3],
    [0.5, 0.5, 0],
    [0.3, 0.9, 0.2],
    [0.8, 1, 0.2],
  ])('champion %f, challenger %f, tolerance %f: worse by as much', (a, b, tolerance) => {
    const safe = (x: number[], y: number[]) => shareGap(shareOf(x), shareOf(y), tolerance).safe
    expect(worth({ mix: two(a), n: 7 }, { mix: two(b), n: 6 }, safe)).toBeLessThanOrEqual(1)
    expect(worth({ mix: two(a), n: 20 }, { mix: two(b), n: 3 }, safe)).toBeLessThanOrEqual(1)
  })

  it.each([
    [[0.2, 0.3, 0.5], [0.35, 0.25, 0.4], 0.05],
    [[0.1, 0.1, 0.8], [0.1, 0.1, 0.8], 0],
    [[0, 0, 1], [0.3, 0, 0.7], 0.1],
  ])('means of values between 0 and 1: %j, %j, tolerance %f', (a, b, tolerance) => {
    const moments = bets([0, 0.4, 1])
    const [meanA, meanB] = [moments(a).sum, moments(b).sum]
    const reads = (side: 'harm' | 'safe', gap: number) => (x: number[], y: number[]) => boundedMeanGap(moments(x), moments(y), gap)[side]
    // the hypothesis just holds when the tolerance is what the means differ by
    const gap = Math.max(tolerance, meanA - meanB)
    expect(worth({ mix: a, n: 8 }, { mix: b, n: 5 }, reads('harm', gap))).toBeLessThanOrEqual(1)
    expect(worth({ mix: b, n: 8 }, { mix: a, n: 5 }, reads('safe', Math.max(0, meanB - meanA)))).toBeLessThanOrEqual(1)
  })

  it.each([
    [[0.3, 0.4, 0.3], [0.3, 0.4, 0.3], 0, 0.5],
    [[0.5, 0.4, 0.1], [0, 0.5, 0.5], 1, 0.5],
    [[0.8, 0.1, 0.1], [0.5, 0.3, 0.2], 0.5, 0.9],
  ])('quantiles: %j, %j, %f bins apart', (a, b, shift, q) => {
    const even = (mix: readonly number[]) => histogramOf(mix)
    const limit = (apart: number) => ({ limitOf: (at: number) => at + apart, championAt: (at: number) => at - apart })
    const apart = quantileOf(b, q) - quantileOf(a, q)
    const reads = (side: 'harm' | 'safe', by: number) => (x: number[], y: number[]) => quantileGap(even(x), even(y), q, limit(by))[side]
    expect(worth({ mix: a, n: 7 }, { mix: b, n: 5 }, reads('harm', Math.max(shift, apart)))).toBeLessThanOrEqual(1)
    expect(worth({ mix: a, n: 7 }, { mix: b, n: 5 }, reads('safe', Math.min(shift, apart)))).toBeLessThanOrEqual(1)
  })

  it('mixes, over all sets of classes', () => {
    const harm = (tolerance: number) => (x: number[], y: number[]) => mixGap(x, y, tolerance).harm
    expect(worth({ mix: [0.5, 0.3, 0.2], n: 6 }, { mix: [0.5, 0.3, 0.2], n: 5 }, harm(0))).toBeLessThanOrEqual(1)
    expect(worth({ mix: [0.5, 0.3, 0.2], n: 6 }, { mix: [0.3, 0.3, 0.4], n: 5 }, harm(0.2))).toBeLessThanOrEqual(1)
    expect(worth({ mix: [1, 0, 0], n: 6 }, { mix: [0.9, 0.1, 0], n: 5 }, harm(0.1))).toBeLessThanOrEqual(1)
  })
})

function quantileOf(mix: readonly number[], q: number): number {
  let before = 0
  for (const [bin, share] of mix.entries()) {
    if (before + share >= q) return bin + (q - before) / share
    before += share
  }
  return mix.length
}

/** Share of simulated worlds in which `harm` or `safe` is ever worth 1/alpha, looked at after every batch. */
function everProven(alpha: number, side: 'harm' | 'safe', world: (random: () => number) => () => GapEvidence): number {
  const random = randomFrom(7)
  const worlds = 300
  let proven = 0
  for (let i = 0; i < worlds; i++) {
    const look = world(random)
    for (let t = 0; t < 40; t++) {
      if (look()[side] < -Math.log(alpha)) continue
      proven += 1
      break
    }
  }
  return proven / worlds
}

function sharesWorld(a: number, b: number, batch: [number, number], tolerance: number) {
  return (random: () => number) => {
    const [champion, challenger] = [
      { hits: 0, trials: 0 },
      { hits: 0, trials: 0 },
    ]
    return () => {
      champion.trials += batch[0]
      champion.hits += drawBinomial(batch[0], a, random)
      challenger.trials += batch[1]
      challenger.hits += drawBinomial(batch[1], b, random)
      return shareGap(champion, challenger, tolerance)
    }
  }
}

describe('under continuous looking', () => {
  it.each([
    ['equal', 0.1, 0.1, 0],
    ['equal and rare', 0.001, 0.001, 0],
    ['at the tolerance', 0.05, 0.08, 0.03],
    ['within the tolerance', 0.05, 0.06, 0.03],
  ])('false alarms stay below the rate: %s', (_name, a, b, tolerance) => {
    expect(everProven(0.05, 'harm', sharesWorld(a, b, [190, 10], tolerance))).toBeLessThanOrEqual(0.05)
    expect(everProven(0.05, 'harm', sharesWorld(a, b, [50, 50], tolerance))).toBeLessThanOrEqual(0.05)
  })

  it('harm is not called safe, and equality is shown in time', () => {
    expect(everProven(0.05, 'safe', sharesWorld(0.02, 0.05, [100, 100], 0.03))).toBeLessThanOrEqual(0.05)
    expect(everProven(0.05, 'safe', sharesWorld(0.01, 0.01, [200, 200], 0.03))).toBeGreaterThan(0.95)
  })

  it('large harm is found', () => {
    expect(everProven(0.01, 'harm', sharesWorld(0.01, 0.2, [190, 10], 0.005))).toBe(1)
  })

  it('means of skewed figures keep the rate from fifty values on', () => {
    // an exponential figure, as revenue is
    const world = (factor: number, tolerance: number) => (random: () => number) => {
      const arms: [Moments, Moments] = [
        { n: 0, sum: 0, squares: 0 },
        { n: 0, sum: 0, squares: 0 },
      ]
      return () => {
        for (const [i, arm] of arms.entries())
          for (let k = 0; k < 50; k++) {
            const value = -Math.log(1 - random()) * (i === 1 ? factor : 1)
            arm.n += 1
            arm.sum += value
            arm.squares += value * value
          }
        return figureMeanGap(arms[0], arms[1], tolerance)
      }
    }
    expect(everProven(0.05, 'harm', world(1, 0))).toBeLessThanOrEqual(0.05)
    expect(everProven(0.05, 'harm', world(1.05, 0.05))).toBeLessThanOrEqual(0.05)
    expect(everProven(0.05, 'safe', world(1.05, 0.05))).toBeLessThanOrEqual(0.05)
    expect(everProven(0.05, 'harm', world(1.4, 0.05))).toBe(1)
  })
})

describe('one share', () => {
  it('is the mean of likelihood ratios', () => {
    // python: b=.1; g=[.03*(10/.03)**(k/11) for k in range(12)]; log(.1 + .9*mean(exp(9*x - 30*log1p(b*expm1(x))) for x in g))
    expect(shareAbove({ hits: 9, trials: 30 }, 0.1, 'mixture', 'most')).toBeCloseTo(2.52408, 4)
    expect(shareBelow({ hits: 21, trials: 30 }, 0.9, 'mixture', 'most')).toBeCloseTo(2.52408, 4)
  })
  it('knows what cannot be', () => {
    expect(shareAbove({ hits: 1, trials: 9 }, 0, 'mixture', 'half')).toBe(Number.POSITIVE_INFINITY)
    expect(shareAbove({ hits: 0, trials: 9 }, 0, 'mixture', 'half')).toBe(0)
    expect(shareAbove({ hits: 9, trials: 9 }, 1, 'mixture', 'half')).toBe(0)
  })
  it('against a stated limit', () => {
    expect(shareLimit({ hits: 30, trials: 100 }, 0.1).harm).toBeGreaterThan(10)
    expect(shareLimit({ hits: 2, trials: 400 }, 0.1).safe).toBeGreaterThan(10)
    expect(shareLimit({ hits: 30, trials: 100 }, 0.1)).toMatchObject({ safe: 0 })
  })
})

describe('two shares', () => {
  it('finds the least evidence, as a fine grid does', () => {
    const [champion, challenger, gap] = [{ hits: 7, trials: 900 }, { hits: 22, trials: 600 }, 0.01]
    let least = Number.POSITIVE_INFINITY
    for (let at = 0.0002; at < 0.9; at += 0.0002) {
      const sum = shareBelow(champion, at, 'mixture', 'half') + shareAbove(challenger, at + gap, 'mixture', 'most')
      least = Math.min(least, sum)
    }
    const found = gapAbove(champion, challenger, gap, 'mixture')
    expect(found).toBeLessThanOrEqual(least + 1e-3)
    expect(found).toBeGreaterThan(least - 0.8)
  })
  it('a challenger that always fails is found within four requests', () => {
    expect(shareGap({ hits: 0, trials: 200 }, { hits: 4, trials: 4 }, 0.005).harm).toBeGreaterThan(Math.log(1_000))
  })
  it('says nothing for or against what lies on the other side', () => {
    expect(shareGap({ hits: 10, trials: 100 }, { hits: 5, trials: 100 }, 0.01).harm).toBe(0)
    expect(shareGap({ hits: 10, trials: 100 }, { hits: 50, trials: 100 }, 0.01).safe).toBe(0)
    expect(shareGap({ hits: 10, trials: 100 }, { hits: 50, trials: 100 }, 0.01).clear).toBeLessThan(-5)
  })
  it('no failures at all become proof of safety', () => {
    expect(shareGap({ hits: 0, trials: 5_000 }, { hits: 0, trials: 2_000 }, 0.005).safe).toBeGreaterThan(Math.log(20))
  })
})

describe('means', () => {
  const confident = (n: number, mean: number): Moments => ({ n, sum: n * mean, squares: n * (mean * mean + 0.01) })
  it('a lower confidence is harm, the same is safe, even next to certainty', () => {
    expect(boundedMeanGap(confident(2_000, 0.85), confident(300, 0.75), 0.03).harm).toBeGreaterThan(10)
    expect(boundedMeanGap(confident(2_000, 0.85), confident(600, 0.85), 0.03).safe).toBeGreaterThan(3)
    const sure = (n: number): Moments => ({ n, sum: n * 0.99, squares: n * 0.981 })
    expect(boundedMeanGap(sure(4_000), sure(2_000), 0.03).safe).toBeGreaterThan(10)
  })
  it('a constant figure is compared too', () => {
    const constant = (n: number, value: number): Moments => ({ n, sum: n * value, squares: n * value * value })
    expect(figureMeanGap(constant(100, 1), constant(100, 2), 0.05).harm).toBeGreaterThan(5)
    expect(figureMeanGap(constant(100, 0), constant(100, 0), 0.05)).toMatchObject({ harm: 0 })
  })
})

describe('mixes', () => {
  it('a class that takes over is harm; equal mixes are safe', () => {
    expect(mixGap([600, 300, 100], [30, 20, 50], 0.1).harm).toBeGreaterThan(10)
    expect(mixGap([6_000, 3_000, 1_000], [1_200, 600, 200], 0.1)).toMatchObject({ distance: 0, harm: 0 })
    expect(mixGap([6_000, 3_000, 1_000], [1_200, 600, 200], 0.1).safe).toBeGreaterThan(5)
  })
  it('small samples of many classes lie apart by chance alone', () => {
    const random = randomFrom(3)
    const draw = (n: number) => {
      const counts = new Array<number>(50).fill(0)
      for (let i = 0; i < n; i++) {
        const at = Math.floor(random() * 50)
        counts[at] = (counts[at] ?? 0) + 1
      }
      return counts
    }
    const { distance, harm } = mixGap(draw(2_000), draw(150), 0.1)
    expect(distance).toBeLessThan(0.1)
    expect(harm).toBeLessThan(1)
  })
})
