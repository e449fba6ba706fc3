import { AppError } from '#core/errors/app-error'
import type { NumberData } from '#ml/estimators/contract'
import type { Loss } from './loss'
import { weightedQuantile } from './weighted-quantile'

type Kind = 'squared' | 'absolute' | 'quantile' | 'poisson'

/**
 * What boosting minimises for numbers, as scikit-learn's HistGradientBoostingRegressor: half the squared error, the absolute error, the
 * pinball loss of a quantile, or half the Poisson deviance of exp(raw). Of absolute and pinball loss a leaf takes the quantile of
 * its residuals (Friedman 2001, section 4.3). Throws AppError for a negative answer with Poisson.
 */
export function numberLoss(kind: Kind, quantile: number, data: NumberData): Loss {
  const weightOf = (row: number) => data.weights?.[row] ?? 1
  const common = { outputs: 1, weightOf, prepare: () => undefined }
  switch (kind) {
    case 'squared':
      return { ...common, ...squared(data, weightOf) }
    case 'poisson':
      return { ...common, ...poisson(data, weightOf) }
    case 'absolute':
      return { ...common, ...pinball(data, weightOf, 0.5) }
    case 'quantile':
      return { ...common, ...pinball(data, weightOf, quantile) }
  }
}

type Own = Pick<Loss, 'link' | 'base' | 'gradients' | 'lossOf' | 'leafValue'>

function squared({ y }: NumberData, weightOf: (row: number) => number): Own {
  return {
    link: 'identity',
    base: Float64Array.of(meanOf(y, weightOf)),
    gradients(_output, raw, g, h) {
      for (let row = 0; row < y.length; row++) {
        const weight = weightOf(row)
        g[row] = weight * ((raw[row] ?? 0) - (y[row] ?? 0))
        h[row] = weight
      }
    },
    lossOf: (raw, row) => (weightOf(row) * ((raw[row] ?? 0) - (y[row] ?? 0)) ** 2) / 2,
  }
}

function poisson({ y }: NumberData, weightOf: (row: number) => number): Own {
  const negative = y.findIndex((value) => value < 0)
  if (negative >= 0) {
    throw new AppError('bad_input', {
      detail: `Poisson is for counts, which are not negative; row ${negative + 1} has ${y[negative]}. Aim at squared instead, or filter such rows.`,
      hint: { param: 'loss', row: negative + 1 },
    })
  }
  return {
    link: 'exp',
    base: Float64Array.of(Math.log(Math.max(meanOf(y, weightOf), Number.EPSILON))),
    gradients(_output, raw, g, h) {
      for (let row = 0; row < y.length; row++) {
        const [weight, expected] = [weightOf(row), Math.exp(raw[row] ?? 0)]
        g[row] = weight * (expected - (y[row] ?? 0))
        h[row] = weight * expected
      }
    },
    lossOf: (raw, row) => weightOf(row) * (Math.exp(raw[row] ?? 0) - (y[row] ?? 0) * (raw[row] ?? 0)),
  }
}

/** Pinball loss; of the median it is half the absolute error, so it is doubled nowhere: only its gradient's sign counts. */
function pinball({ y }: NumberData, weightOf: (row: number) => number, quantile: number): Own {
  const every = Uint32Array.from(y, (_, row) => row)
  return {
    link: 'identity',
    base: Float64Array.of(weightedQuantile(every, (row) => y[row] ?? 0, weightOf, quantile)),
    gradients(_output, raw, g, h) {
      for (let row = 0; row < y.length; row++) {
        const weight = weightOf(row)
        g[row] = weight * ((raw[row] ?? 0) >= (y[row] ?? 0) ? 1 - quantile : -quantile)
        h[row] = weight
      }
    },
    lossOf(raw, row) {
      const missed = (y[row] ?? 0) - (raw[row] ?? 0)
      return weightOf(row) * Math.max(quantile * missed, (quantile - 1) * missed)
    },
    leafValue: (rows, raw) => weightedQuantile(rows, (row) => (y[row] ?? 0) - (raw[row] ?? 0), weightOf, quantile),
  }
}

function meanOf(y: Float64Array, weightOf: (row: number) => number): number {
  let [sum, weight] = [0, 0]
  for (const [row, value] of y.entries()) {
    sum += weightOf(row) * value
    weight += weightOf(row)
  }
  return sum / weight
}
