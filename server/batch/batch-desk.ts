import { type BatchWish, batchResultSchema } from '#core/batch/order'
import { AppError } from '#core/errors/app-error'
import { getShownApiKey } from '#db/queries/api-keys'
import { findJob, type JobRow } from '#db/queries/jobs'
import { stopJob } from '#server/engine/stop-job'
import { isPassing } from '#server/engine/until-database'
import type { House } from '#server/house'
import type { Spend } from './submit-batch'

/** Batch predictions as a gateway orders and shows them for callers with a key. Workers do them. */
export type BatchDesk = {
  order(order: {
    deployment: string
    dataSet: string
    version?: number | undefined
    wish: BatchWish
    keyId: string | null
    spend?: Spend | undefined
  }): Promise<{ id: string }>
  /** A batch of this deployment; null when it has none of this id. */
  find(deployment: string, id: string): Promise<JobRow | null>
  /** False when it was over already. */
  cancel(id: string, keyId: string | null): Promise<boolean>
  /** Path of the Parquet file that a finished batch made, and its size. */
  result(job: JobRow): Promise<{ file: string; bytes: number }>
}

export function openBatchDesk(house: House): BatchDesk {
  const actorOf = async (keyId: string | null) => {
    const key = keyId === null ? null : await getShownApiKey(house.db, keyId)
    return { id: `key:${keyId ?? 'none'}`, name: key ? `key ${key.name}` : 'a key', role: 'key' }
  }
  return {
    order: ({ deployment, dataSet, version, wish, keyId, spend }) =>
      whileUp(async () => {
        // The durable engine's client is large; most gateways never order a batch.
        const { submitBatch } = await import('./submit-batch')
        return submitBatch(house, { by: { deployment }, rows: { dataSet, version }, wish, actor: await actorOf(keyId), spend })
      }),
    find: (deployment, id) =>
      whileUp(async () => {
        const job = await findJob(house.db, id)
        return job?.kind === 'batch-predict' && job.subject === deployment ? job : null
      }),
    cancel: (id, keyId) => whileUp(async () => stopJob(house, id, await actorOf(keyId))),
    async result({ result }) {
      const { artifact, bytes } = batchResultSchema.parse(result)
      return { file: await house.artifacts.path(artifact), bytes }
    },
  }
}

/** Batches need the database, unlike single predictions. */
async function whileUp<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof AppError || !isPassing(cause)) throw cause
    throw new AppError('unavailable', {
      detail: 'Batches cannot be ordered or looked at while the database is away. Ask again later.',
      hint: { retryAfterSeconds: 10 },
      cause,
    })
  }
}
