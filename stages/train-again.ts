import type { ModelValue, Recipe, TableValue } from '#core/ports/kinds'
import type { StageContext } from './define'
import { trainModel } from './train-model'
import { trainRecommender } from './train-recommender'

/** Trains the model of a recipe again, from the table that it was trained on: the same bytes when nothing has changed. */
export async function trainAgain(recipe: Recipe, table: TableValue, ctx: StageContext): Promise<ModelValue> {
  const { target, estimator, calibration, threshold, interactions } = recipe
  if (estimator.kind !== 'recommender' || !interactions) {
    return (await trainModel({ table, target, estimator, calibration, threshold }, ctx)).model
  }
  const list = recipe.plan.features.find((step) => step.kind === 'list')
  return (await trainRecommender({ table, target, estimator, interactions, separator: list?.separator ?? '|' }, ctx)).model
}
