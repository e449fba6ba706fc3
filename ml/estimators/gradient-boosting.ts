import { AppError } from '#core/errors/app-error'
import type { EstimatorParams } from '#core/estimators/estimators'
import { type BoostingKernel, openBoostingKernel } from '#ml/kernels/boosting-kernel'
import type { TreeEnsemble } from '#ml/models/trees'
import { binColumns, binningBytes, strideOf } from '#ml/trees/bin-columns'
import { boost, boostBytes } from '#ml/trees/boost'
import type { Loss } from '#ml/trees/loss'
import { rowWeights, weightPerClass } from './class-weights'
import type { ClassData, Fit, FitContext } from './contract'

/**
 * Gradient boosting of histogram trees (Friedman 2001; Ke et al. 2017, LightGBM) on binary log-loss, or on multinomial log-loss
 * with a tree per class and round, as scikit-learn's HistGradientBoostingClassifier. Missing values and categories are read as
 * they are. Gradients are summed as whole numbers, so the order of rows and the number of threads change no byte.
 */
export async function fitGradientBoosting(
  params: EstimatorParams<'gradient-boosting'>,
  data: ClassData,
  context: FitContext,
): Promise<Fit<TreeEnsemble>> {
  const { x, classes } = data
  if (classes > 2 && params.increasing.length + params.decreasing.length > 0)
    throw onlyTwoClasses(params.increasing.length > 0 ? 'increasing' : 'decreasing')
  const outputs = classes === 2 ? 1 : classes
  const rows = Math.ceil(x.rows / 4) * 4
  const bytes = binningBytes(x) + boostBytes(x.rows, strideOf(x.terms), outputs, params) + rows * 4 * (outputs + 2)
  const kernel = await openBoostingKernel(bytes)
  const binned = await binColumns(kernel, x, context.signal)
  const loss = classes === 2 ? binaryLoss(kernel, data, params.balanced) : softmaxLoss(kernel, data, params.balanced)
  const fit = await boost(kernel, binned, loss, params, context)
  if (classes > 2) return fit
  // One tree speaks for the second class against the first.
  const state: TreeEnsemble = {
    ...fit.state,
    outputs: 2,
    target: fit.state.roots.map(() => 1),
    base: Float32Array.of(0, fit.state.base[0] ?? 0),
  }
  return { ...fit, state }
}

function onlyTwoClasses(param: string): AppError {
  return new AppError('bad_params', {
    detail:
      'With more than two classes no answer rises or falls: leave "Rises with" and "Falls with" empty, or choose a target with two classes.',
    hint: { param },
  })
}

/** Weights per row as the kernel reads them; null when all weigh 1. */
function kernelWeights(kernel: BoostingKernel, data: ClassData, balanced: boolean): Float32Array | null {
  const weights = rowWeights(data, balanced)
  if (!weights) return null
  const all = kernel.floats(Math.ceil(weights.length / 4) * 4)
  all.set(weights)
  return all
}

function binaryLoss(kernel: BoostingKernel, data: ClassData, balanced: boolean): Loss {
  const length = Math.ceil(data.y.length / 4) * 4
  const y = kernel.floats(length)
  y.set(data.y)
  const weights = kernelWeights(kernel, data, balanced)
  const prior = priorOf(data, weights)
  return {
    outputs: 1,
    link: 'identity',
    base: Float64Array.of(Math.log((prior[1] ?? 0.5) / (prior[0] ?? 0.5))),
    prepare: () => undefined,
    gradients: (_output, raw, g, h) =>
      kernel.logisticGradients(raw.byteOffset, y.byteOffset, weights?.byteOffset ?? 0, g.byteOffset, h.byteOffset, length),
    lossOf: (raw, row) => (weights?.[row] ?? 1) * softplus((y[row] === 1 ? -1 : 1) * (raw[row] ?? 0)),
    weightOf: (row) => weights?.[row] ?? 1,
  }
}

function softmaxLoss(kernel: BoostingKernel, data: ClassData, balanced: boolean): Loss {
  const { classes } = data
  const length = Math.ceil(data.y.length / 4) * 4
  const labels = kernel.ints(length)
  labels.set(data.y)
  const probabilities = kernel.floats(length * classes)
  const weights = kernelWeights(kernel, data, balanced)
  return {
    outputs: classes,
    link: 'identity',
    base: Float64Array.from(priorOf(data, weights), Math.log),
    prepare: (raw) => kernel.softmax(raw.byteOffset, probabilities.byteOffset, classes, length),
    gradients: (output, _raw, g, h) =>
      kernel.classGradients(
        probabilities.byteOffset + output * length * 4,
        labels.byteOffset,
        output,
        weights?.byteOffset ?? 0,
        g.byteOffset,
        h.byteOffset,
        length,
      ),
    lossOf(raw, row) {
      let [peak, sum] = [Number.NEGATIVE_INFINITY, 0]
      for (let k = 0; k < classes; k++) peak = Math.max(peak, raw[k * length + row] ?? 0)
      for (let k = 0; k < classes; k++) sum += Math.exp((raw[k * length + row] ?? 0) - peak)
      return (weights?.[row] ?? 1) * (Math.log(sum) + peak - (raw[(labels[row] ?? 0) * length + row] ?? 0))
    },
    weightOf: (row) => weights?.[row] ?? 1,
  }
}

/** Share of each class by weight; a class without rows (possible inside a fold) has that of half a row. */
function priorOf({ y, classes }: ClassData, weights: Float32Array | null): Float64Array {
  const sums = weightPerClass(y, classes, weights && Float64Array.from(weights.subarray(0, y.length)))
  const total = sums.reduce((sum, weight) => sum + weight, 0)
  return sums.map((weight) => Math.max(weight, 0.5) / total)
}

/** ln(1 + e^x), without overflow. */
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
