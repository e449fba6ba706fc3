import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { neuralNetwork } from './spec'

export const run = defineRun(neuralNetwork, ({ params: { target, calibrate, ...params }, inputs: { train }, ctx }) =>
  trainModel({ table: train, target, estimator: { kind: 'neural-network', ...params }, calibrate }, ctx),
)
