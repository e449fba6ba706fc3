import { defineRun } from '../define'
import { splitParams } from '../learn-params'
import { trainModel } from '../train-model'
import { naiveBayes } from './spec'

export const run = defineRun(naiveBayes, ({ params, inputs: { train }, ctx }) => {
  const { estimator, ...learn } = splitParams(params)
  return trainModel({ table: train, ...learn, estimator: { kind: 'naive-bayes', ...estimator } }, ctx)
})
