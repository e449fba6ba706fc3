import { defineTrial } from '../define'
import { scoreSetting } from '../score-setting'
import { recipeOf } from './recipe-of'
import { searchOf } from './search-of'
import { tune } from './spec'

export const trial = defineTrial(tune, ({ params, inputs: { train }, ctx, trial }) => {
  const { settings } = searchOf(params)
  return scoreSetting({ ...recipeOf(params.estimator, train, trial.params), target: params.target, settings, trial }, ctx)
})
