import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { heartbeat, type ProcessKind, registerProcess, removeProcess } from '#db/queries/processes'
import type { House } from '#server/house'

const renewMs = 2_000

/** This boot's row in `processes`, renewed until `end()`. A database that is away for a while only makes the lease old. */
export type ProcessLease = { id: string; end(): Promise<void> }

export async function holdLease(house: House, { kind, url }: { kind: ProcessKind; url: string }): Promise<ProcessLease> {
  const id = randomUUID()
  const row = { id, kind, pid: process.pid, host: hostname(), url }
  await registerProcess(house.db, row)
  const timer = setInterval(async () => {
    try {
      // Swept while the database or this process slept: announce it again.
      if (!(await heartbeat(house.db, id))) await registerProcess(house.db, row)
    } catch (err) {
      house.log.warn({ err }, 'the lease could not be renewed')
    }
  }, renewMs)
  timer.unref()
  return {
    id,
    async end() {
      clearInterval(timer)
      await removeProcess(house.db, id)
    },
  }
}
