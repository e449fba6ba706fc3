import { defineRun } from '../define'
import { splitParams } from '../learn-params'
import { trainModel } from '../train-model'
import { gaussianNaiveBayes } from './spec'

export const run = defineRun(gaussianNaiveBayes, ({ params, inputs: { train }, ctx }) => {
  const { estimator, ...learn } = splitParams(params)
  return trainModel({ table: train, ...learn, estimator: { kind: 'gaussian-naive-bayes', ...estimator } }, ctx)
})
