/** The ranges that the interface offers, in ms. */
export const namedRanges = {
  '1h': 3_600_000,
  '6h': 6 * 3_600_000,
  '24h': 24 * 3_600_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
} as const
export type NamedRange = keyof typeof namedRanges

const minute = 60_000
const hour = 60 * minute
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080].map((minutes) => minutes * minute)
const mostPoints = 120
const mostMapBuckets = 12

/** A range cut into equal buckets; `source` is the coarsest roll-up that the buckets can be summed from. */
export type RangePlan = { fromMs: number; toMs: number; stepMs: number; source: 'minute' | 'hour'; mapStepMs: number }

/**
 * Cuts a range into at most 120 buckets, and at most 12 for the drift map. The ends move outwards to whole buckets of the
 * UTC clock, so that a bucket is the same whenever one looks, and the newest one is still filling.
 */
export function planRange(fromMs: number, toMs: number): RangePlan {
  const span = Math.max(minute, toMs - fromMs)
  const stepMs = steps.find((step) => span / step <= mostPoints) ?? Math.ceil(span / mostPoints / hour) * hour
  const start = Math.floor(fromMs / stepMs) * stepMs
  const end = Math.max(start + stepMs, Math.ceil(toMs / stepMs) * stepMs)
  const wholes = Math.ceil((end - start) / stepMs / mostMapBuckets)
  return { fromMs: start, toMs: end, stepMs, source: stepMs >= hour ? 'hour' : 'minute', mapStepMs: Math.max(1, wholes) * stepMs }
}

/** The starts of the buckets of a plan. */
export function bucketStarts(plan: Pick<RangePlan, 'fromMs' | 'toMs'>, stepMs: number): number[] {
  const starts: number[] = []
  for (let at = plan.fromMs; at < plan.toMs; at += stepMs) starts.push(at)
  return starts
}
