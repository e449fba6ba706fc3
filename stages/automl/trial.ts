import { defineTrial } from '../define'
import { scoreSetting } from '../score-setting'
import { candidateOf } from './candidate-of'
import { searchOf } from './search-of'
import { automl } from './spec'

export const trial = defineTrial(automl, ({ params, inputs: { train }, ctx, trial }) => {
  const { settings } = searchOf(params)
  return scoreSetting({ table: train, estimator: candidateOf(params, trial.params), target: params.target, settings, trial }, ctx)
})
