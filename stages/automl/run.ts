import { defineRun } from '../define'
import { endSearch } from '../end-search'
import { candidateOf } from './candidate-of'
import { searchOf } from './search-of'
import { automl } from './spec'

export const run = defineRun(automl, ({ params, inputs: { train }, ctx }) => {
  const { target, calibration } = params
  const recipeOf = (setting: Parameters<typeof candidateOf>[1]) => ({ estimator: candidateOf(params, setting), table: train })
  return endSearch({ search: searchOf(params), target, calibration, estimator: null, param: 'estimators', recipeOf }, ctx)
})
