import { describe, expect, it } from 'vitest'
import { type Bucket, type RateLimit, takeToken } from './token-bucket'

/** Asks at each of the times (ms) and gives the waits (s), rounded to the millisecond. */
function waits(limit: RateLimit, times: readonly number[]): number[] {
  return exactWaits(limit, times).map((seconds) => Math.round(seconds * 1000) / 1000)
}

function exactWaits(limit: RateLimit, times: readonly number[]): number[] {
  let bucket: Bucket | undefined
  return times.map((at) => {
    const taken = takeToken(bucket, limit, at)
    bucket = taken.bucket
    return taken.waitSeconds
  })
}

describe('a token bucket', () => {
  it.each<[string, RateLimit, number[], number[]]>([
    ['starts full', { ratePerSecond: 1, burst: 3 }, [0, 0, 0, 0], [0, 0, 0, 1]],
    ['fills at its rate', { ratePerSecond: 2, burst: 1 }, [0, 100, 500, 750, 1_000], [0, 0.4, 0, 0.25, 0]],
    [
      'fills up to its burst, however long the pause',
      { ratePerSecond: 10, burst: 2 },
      [0, 3_600_000, 3_600_000, 3_600_000],
      [0, 0, 0, 0.1],
    ],
    ['takes nothing for a refusal', { ratePerSecond: 1, burst: 1 }, [0, 200, 400, 600, 800, 1_000], [0, 0.8, 0.6, 0.4, 0.2, 0]],
    ['keeps parts of a token', { ratePerSecond: 1, burst: 2 }, [0, 0, 500, 1_000, 1_500, 2_000], [0, 0, 0.5, 0, 0.5, 0]],
    ['may be slower than one a second', { ratePerSecond: 0.1, burst: 1 }, [0, 1_000, 9_999, 10_000], [0, 9, 0.001, 0]],
    ['gives nothing for a clock that goes back', { ratePerSecond: 1, burst: 1 }, [5_000, 1_000, 1_500, 2_000], [0, 1, 0.5, 0]],
    [
      'forgives the rounding of many small refills',
      { ratePerSecond: 10, burst: 1 },
      [0, ...Array.from({ length: 10 }, (_, i) => (i + 1) * 10)],
      [0, 0.09, 0.08, 0.07, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01, 0],
    ],
  ])('%s', (_what, limit, times, expected) => expect(waits(limit, times)).toEqual(expected))

  it('lets rate x time + burst through, and no more, however it is asked', () => {
    const limit = { ratePerSecond: 7, burst: 13 }
    for (const stepMs of [1, 3, 17, 50]) {
      const times = Array.from({ length: Math.floor(20_000 / stepMs) + 1 }, (_, i) => i * stepMs)
      const passed = exactWaits(limit, times).filter((wait) => wait === 0).length
      expect(passed).toBeLessThanOrEqual(7 * 20 + 13)
      expect(passed).toBeGreaterThanOrEqual(7 * 20 + 13 - 1)
    }
  })

  it('takes a lower or higher burst at once', () => {
    const full = takeToken(undefined, { ratePerSecond: 1, burst: 100 }, 0).bucket
    expect(takeToken(full, { ratePerSecond: 1, burst: 2 }, 0).bucket.tokens).toBe(1)
    const empty = { tokens: 0, atMs: 0 }
    expect(takeToken(empty, { ratePerSecond: 1, burst: 100 }, 0).waitSeconds).toBe(1)
  })
})
