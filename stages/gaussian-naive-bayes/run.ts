import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { gaussianNaiveBayes } from './spec'

export const run = defineRun(gaussianNaiveBayes, ({ params: { target, calibrate, ...params }, inputs: { train }, ctx }) =>
  trainModel({ table: train, target, estimator: { kind: 'gaussian-naive-bayes', ...params }, calibrate }, ctx),
)
