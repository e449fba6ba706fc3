import type { EstimatorParams } from '#core/estimators/estimators'
import { openBoostingKernel } from '#ml/kernels/boosting-kernel'
import type { TreeEnsemble } from '#ml/models/trees'
import { binColumns, binningBytes, strideOf } from '#ml/trees/bin-columns'
import { boost, boostBytes } from '#ml/trees/boost'
import { numberLoss } from '#ml/trees/number-losses'
import type { Fit, FitContext, NumberData } from './contract'

/** Gradient boosting of histogram trees for numbers: the mean, the median, a quantile, or counts. See fitGradientBoosting. */
export async function fitGradientBoostingRegression(
  params: EstimatorParams<'gradient-boosting-regression'>,
  data: NumberData,
  context: FitContext,
): Promise<Fit<TreeEnsemble>> {
  const { x } = data
  const loss = numberLoss(params.loss, params.quantile, data)
  const kernel = await openBoostingKernel(binningBytes(x) + boostBytes(x.rows, strideOf(x.terms), 1, params))
  return boost(kernel, await binColumns(kernel, x, context.signal), loss, params, context)
}
