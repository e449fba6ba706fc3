import { normalQuantile } from './special'

export type Interval = { low: number; high: number }

const z95 = normalQuantile(0.975)

/**
 * 95 % interval of a share by Wilson's score (1927): good for small samples and near 0 and 1; null without trials.
 * Same as scipy.stats.binomtest(hits, trials).proportion_ci(method='wilson').
 */
export function proportionInterval(hits: number, trials: number): Interval | null {
  if (trials <= 0) return null
  const share = hits / trials
  const zz = z95 * z95
  const middle = (share + zz / (2 * trials)) / (1 + zz / trials)
  const half = (z95 / (1 + zz / trials)) * Math.sqrt((share * (1 - share)) / trials + zz / (4 * trials * trials))
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/**
 * 95 % interval of an F1 score. F1 = 2 J / (1 + J) rises with J = hits / (hits + misses + false alarms), which is a
 * plain share: so its Wilson interval, carried over.
 */
export function f1Interval(hits: number, rows: number, predicted: number): Interval | null {
  const share = proportionInterval(hits, rows + predicted - hits)
  const toF1 = (j: number) => (2 * j) / (1 + j)
  return share && { low: toF1(share.low), high: toF1(share.high) }
}
