import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { linearSvm } from './spec'

export const run = defineRun(linearSvm, ({ params: { target, calibrate, ...params }, inputs: { train }, ctx }) =>
  trainModel({ table: train, target, estimator: { kind: 'linear-svm', ...params }, calibrate }, ctx),
)
