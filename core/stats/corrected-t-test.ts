import { studentTwoSided, studentTwoSidedQuantile } from './incomplete-beta'
import type { Interval } from './proportion-interval'

export type CorrectedTTest = Interval & { mean: number; t: number; degrees: number; p: number }

/**
 * Corrected resampled t-test of Nadeau and Bengio (2003, "Inference for the generalization error", section 5, statistic 9)
 * that two models have the same score, from their differences per fold. Folds share training rows, so the plain t-test finds
 * differences that are none; here the variance is s^2 * (1 / folds + test rows / training rows). With the 95 % interval of
 * the mean difference. Null below two folds. Without any variance p is 1 for no difference, else 0.
 */
export function correctedResampledTTest(differences: readonly number[], rows: { train: number; test: number }): CorrectedTTest | null {
  const folds = differences.length
  if (folds < 2) return null
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / folds
  const variance = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0) / (folds - 1)
  const error = Math.sqrt(variance * (1 / folds + rows.test / rows.train))
  const degrees = folds - 1
  if (error === 0) return { mean, t: 0, degrees, p: mean === 0 ? 1 : 0, low: mean, high: mean }
  const half = error * studentTwoSidedQuantile(0.05, degrees)
  return { mean, t: mean / error, degrees, p: studentTwoSided(mean / error, degrees), low: mean - half, high: mean + half }
}
