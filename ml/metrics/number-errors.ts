/** How far predictions are off. `r2` is null when all right answers are the same, of which no share can be explained. */
export type NumberErrors = { r2: number | null; mae: number; rmse: number }

/**
 * Mean absolute error, root mean squared error and R2 = 1 - sum (y - f)^2 / sum (y - mean y)^2, as scikit-learn's
 * mean_absolute_error, mean_squared_error(squared=False) and r2_score.
 */
export function numberErrors(truth: ArrayLike<number>, predicted: ArrayLike<number>): NumberErrors {
  const n = truth.length
  if (n === 0) return { r2: null, mae: 0, rmse: 0 }
  let absolute = 0
  let squared = 0
  let mean = 0
  for (let i = 0; i < n; i++) {
    const residual = (truth[i] ?? 0) - (predicted[i] ?? 0)
    absolute += Math.abs(residual)
    squared += residual * residual
    mean += (truth[i] ?? 0) / n
  }
  let spread = 0
  for (let i = 0; i < n; i++) spread += ((truth[i] ?? 0) - mean) ** 2
  const isConstant = Array.prototype.every.call(truth, (value: number) => value === truth[0])
  return { r2: isConstant ? null : 1 - squared / spread, mae: absolute / n, rmse: Math.sqrt(squared / n) }
}
