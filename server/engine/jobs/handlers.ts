import { batchPredict } from '#server/batch/batch-predict'
import { loadDataSet } from '#server/data/load-data-set'
import { sendTraffic } from '#server/traffic/send-traffic'
import type { JobHandler } from './handler'
import { quantiseModel } from './quantise-model'
import { verifyModel } from './verify-model'

/** What does each kind of job. */
export const handlers: Record<string, JobHandler | undefined> = {
  'load-data-set': loadDataSet,
  'send-traffic': ({ house, input, progress, signal }) => sendTraffic(house, input, { progress, signal }),
  'verify-model': verifyModel,
  'batch-predict': batchPredict,
  'quantise-model': quantiseModel,
}
