import type { Residuals } from '#core/model/signature'

/** Share of the right answers that lie in the prediction interval of every regressor. */
export const intervalShare = 0.8

/**
 * Between which residuals the share of the rows lies: order statistics of right answer - out-of-fold prediction at
 * (n + 1) of the outer halves, which covers a new row with about that probability whatever the model (split conformal
 * prediction, Lei et al. 2018, section 2.2; with folds, Barber et al. 2021, "Predictive inference with the jackknife+",
 * section 3). With too few rows for the share, the whole range.
 */
export function residualInterval(truth: ArrayLike<number>, predicted: ArrayLike<number>, share: number): Residuals {
  const residuals = Float64Array.from(truth, (value, i) => value - (predicted[i] ?? 0)).sort()
  const n = residuals.length
  const outer = (1 - share) / 2
  // the margin is for 0.1 * 10 and the like, which are a little above or below the whole number
  const low = Math.max(0, Math.floor((n + 1) * outer + 1e-9) - 1)
  const high = Math.min(n - 1, Math.ceil((n + 1) * (1 - outer) - 1e-9) - 1)
  return { share, low: residuals[low] ?? 0, high: residuals[high] ?? 0 }
}
