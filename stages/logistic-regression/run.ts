import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { logisticRegression } from './spec'

export const run = defineRun(logisticRegression, ({ params: { target, calibrate, ...params }, inputs: { train }, ctx }) =>
  trainModel({ table: train, target, estimator: { kind: 'logistic-regression', ...params }, calibrate }, ctx),
)
