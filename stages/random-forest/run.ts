import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { randomForest } from './spec'

export const run = defineRun(randomForest, ({ params: { target, calibrate, ...params }, inputs: { train }, ctx }) =>
  trainModel({ table: train, target, estimator: { kind: 'random-forest', ...params }, calibrate }, ctx),
)
