import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { gradientBoosting } from './spec'

export const run = defineRun(gradientBoosting, ({ params: { target, calibrate, ...params }, inputs: { train }, ctx }) =>
  trainModel({ table: train, target, estimator: { kind: 'gradient-boosting', ...params }, calibrate }, ctx),
)
