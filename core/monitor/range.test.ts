import { expect, test } from 'vitest'
import { bucketStarts, namedRanges, planRange } from './range'

const now = Date.UTC(2026, 10, 23, 11, 6, 14)

test.each(Object.entries(namedRanges))('%s has at most 121 buckets, whole ones of the clock, and at most 13 for the map', (_name, span) => {
  const plan = planRange(now - span, now)
  const starts = bucketStarts(plan, plan.stepMs)
  expect(starts.length).toBeLessThanOrEqual(121)
  expect(starts.length).toBeGreaterThan(55)
  expect(plan.fromMs % plan.stepMs).toBe(0)
  expect(plan.fromMs).toBeLessThanOrEqual(now - span)
  expect(plan.toMs).toBeGreaterThanOrEqual(now)
  expect(plan.mapStepMs % plan.stepMs).toBe(0)
  expect(bucketStarts(plan, plan.mapStepMs).length).toBeLessThanOrEqual(13)
})

test('days are summed from hours, a day from minutes', () => {
  expect(planRange(now - namedRanges['24h'], now)).toMatchObject({ source: 'minute', stepMs: 15 * 60_000 })
  expect(planRange(now - namedRanges['7d'], now)).toMatchObject({ source: 'hour', stepMs: 2 * 3_600_000 })
})

test('an empty or backward range is one bucket, a range of years still few', () => {
  expect(bucketStarts(planRange(now, now), planRange(now, now).stepMs).length).toBe(1)
  expect(bucketStarts(planRange(now, now - 5), 60_000).length).toBe(1)
  const years = planRange(now - 20 * 365 * 86_400_000, now)
  expect(bucketStarts(years, years.stepMs).length).toBeLessThanOrEqual(122)
})
