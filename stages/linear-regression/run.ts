import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { linearRegression } from './spec'

export const run = defineRun(linearRegression, ({ params: { target, ...params }, inputs: { train }, ctx }) =>
  trainModel({ table: train, target, estimator: { kind: 'linear-regression', ...params }, calibration: 'none' }, ctx),
)
