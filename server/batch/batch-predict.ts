import type { JobHandler } from '#server/engine/jobs/handler'
import { runBatch } from './run-batch'

/** The job `batch-predict`: see run-batch.ts. */
export const batchPredict: JobHandler = ({ house, job, input, progress, signal }) =>
  runBatch(input, { house, jobId: job.id, createdBy: job.createdBy, progress, signal, now: Date.now })
