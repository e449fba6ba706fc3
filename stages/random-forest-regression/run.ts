import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { randomForestRegression } from './spec'

export const run = defineRun(randomForestRegression, ({ params: { target, ...params }, inputs: { train }, ctx }) =>
  trainModel({ table: train, target, estimator: { kind: 'random-forest-regression', ...params }, calibration: 'none' }, ctx),
)
