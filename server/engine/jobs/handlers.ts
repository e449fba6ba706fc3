import { loadDataSet } from '#server/data/load-data-set'
import { sendTraffic } from '#server/traffic/send-traffic'
import type { JobHandler } from './handler'
import { verifyModel } from './verify-model'

/** What does each kind of job. */
export const handlers: Record<string, JobHandler | undefined> = {
  'load-data-set': loadDataSet,
  'send-traffic': ({ house, input, progress, signal }) => sendTraffic(house, input, { progress, signal }),
  'verify-model': verifyModel,
}
