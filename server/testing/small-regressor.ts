import type { Estimator } from '#core/estimators/estimators'
import { fitPipeline } from '#ml/pipeline/fit'
import type { House } from '#server/house'
import { registerFitted } from './register-fitted'

const estimator: Estimator = { kind: 'linear-regression', penalty: 'ridge', alpha: 0, l1Share: 0.5, maxEpochs: 1_000 }
const rows = 200

/** The price of a home of so many square metres, without the noise of training. */
export const priceOf = (area: number) => 1_000 + 20 * area

/** Registers a regressor that answers the price of a home by its area, give or take 50. A missing area counts as the median. */
export async function registerRegressor(house: House, name: string): Promise<{ versionId: string; version: number }> {
  const area = Float64Array.from({ length: rows }, (_, i) => 40 + ((i * 37) % 160))
  const pipeline = await fitPipeline({
    columns: { area: { type: 'number', values: area } },
    target: area.map((value, i) => priceOf(value) + ((i * 7919) % 101) - 50),
    targetName: 'price',
    plan: { prepare: [], features: [{ kind: 'number', columns: ['area'], impute: 'median', indicator: false, scale: 'standard' }] },
    estimator,
    calibration: 'none',
    seed: 1,
  })
  return registerFitted(house, { name, pipeline, estimator, rows })
}
