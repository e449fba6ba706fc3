import { defineRun } from '../define'
import { endSearch } from '../end-search'
import { recipeOf } from './recipe-of'
import { searchOf } from './search-of'
import { tune } from './spec'

export const run = defineRun(tune, ({ params, inputs: { train }, ctx }) => {
  const { target, calibration, estimator } = params
  const of = (setting: Parameters<typeof recipeOf>[2]) => recipeOf(estimator, train, setting)
  return endSearch({ search: searchOf(params), target, calibration, estimator, param: 'space', recipeOf: of }, ctx)
})
