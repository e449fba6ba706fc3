import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { gradientBoostingRegression } from './spec'

export const run = defineRun(gradientBoostingRegression, ({ params: { target, ...params }, inputs: { train }, ctx }) =>
  trainModel({ table: train, target, estimator: { kind: 'gradient-boosting-regression', ...params }, calibration: 'none' }, ctx),
)
