import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { naiveBayes } from './spec'

export const run = defineRun(naiveBayes, ({ params, inputs: { train }, ctx }) => {
  const { target, variant, alpha, calibrate } = params
  return trainModel({ table: train, target, estimator: { kind: 'naive-bayes', variant, alpha }, calibrate }, ctx)
})
