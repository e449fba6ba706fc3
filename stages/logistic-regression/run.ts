import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { logisticRegression } from './spec'

export const run = defineRun(logisticRegression, ({ params, inputs: { train }, ctx }) => {
  const { target, c, balanced, calibrate, maxEpochs } = params
  return trainModel({ table: train, target, estimator: { kind: 'logistic-regression', c, balanced, maxEpochs }, calibrate }, ctx)
})
