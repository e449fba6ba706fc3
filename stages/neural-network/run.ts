import { defineRun } from '../define'
import { splitParams } from '../learn-params'
import { trainModel } from '../train-model'
import { neuralNetwork } from './spec'

export const run = defineRun(neuralNetwork, ({ params, inputs: { train }, ctx }) => {
  const { estimator, ...learn } = splitParams(params)
  return trainModel({ table: train, ...learn, estimator: { kind: 'neural-network', ...estimator } }, ctx)
})
