import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { extraTrees } from './spec'

export const run = defineRun(extraTrees, ({ params: { target, calibrate, ...params }, inputs: { train }, ctx }) =>
  trainModel({ table: train, target, estimator: { kind: 'extra-trees', ...params }, calibrate }, ctx),
)
