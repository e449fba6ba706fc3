import { defineRun } from '../define'
import { splitParams } from '../learn-params'
import { trainModel } from '../train-model'
import { nearestNeighbours } from './spec'

export const run = defineRun(nearestNeighbours, ({ params, inputs: { train }, ctx }) => {
  const { estimator, ...learn } = splitParams(params)
  return trainModel({ table: train, ...learn, estimator: { kind: 'nearest-neighbours', ...estimator } }, ctx)
})
