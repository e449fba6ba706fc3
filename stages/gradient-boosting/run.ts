import { defineRun } from '../define'
import { splitParams } from '../learn-params'
import { trainModel } from '../train-model'
import { gradientBoosting } from './spec'

export const run = defineRun(gradientBoosting, ({ params, inputs: { train }, ctx }) => {
  const { estimator, ...learn } = splitParams(params)
  return trainModel({ table: train, ...learn, estimator: { kind: 'gradient-boosting', ...estimator } }, ctx)
})
