import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { naiveBayes } from './spec'

export const run = defineRun(naiveBayes, ({ params: { target, calibrate, ...params }, inputs: { train }, ctx }) =>
  trainModel({ table: train, target, estimator: { kind: 'naive-bayes', ...params }, calibrate }, ctx),
)
