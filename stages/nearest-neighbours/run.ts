import { defineRun } from '../define'
import { trainModel } from '../train-model'
import { nearestNeighbours } from './spec'

export const run = defineRun(nearestNeighbours, ({ params: { target, calibrate, ...params }, inputs: { train }, ctx }) =>
  trainModel({ table: train, target, estimator: { kind: 'nearest-neighbours', ...params }, calibrate }, ctx),
)
