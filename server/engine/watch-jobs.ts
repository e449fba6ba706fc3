import { sameJson } from '#core/graph/canonical'
import { isFinal } from '#core/runs/status'
import { getJob, type JobRow } from '#db/queries/jobs'
import type { House } from '#server/house'
import { changesOf } from './changes'
import { untilDatabase } from './until-database'

/** The job as it is, then whenever it changes; ends with it. */
export async function* watchJob(house: House, id: string, signal: AbortSignal): AsyncGenerator<JobRow> {
  const watcher = changesOf(house).watch('job_changed', id)
  try {
    for (let last: JobRow | undefined; !signal.aborted; ) {
      const job = await untilDatabase(house.log, () => getJob(house.db, id))
      if (!sameJson(job, last)) yield job
      if (isFinal(job.status)) return
      last = job
      await watcher.next(5_000, signal)
    }
  } finally {
    watcher.close()
  }
}
