import { randomUUID } from 'node:crypto'
import os from 'node:os'
import { openDatabase } from '#db/client'
import { listOrphanedExecutors } from '#db/queries/durable-workflows'
import { heartbeat, listSilent, registerProcess, removeProcess } from '#db/queries/processes'
import type { House } from '#server/house'
import { engine } from './names'

/**
 * Who is alive. A worker renews its row every second. One that was silent for five is taken for dead: any other worker
 * gives its durable workflows back to the queues, and deletes the row after. A worker whose row is gone was taken for
 * dead although it lives (its machine slept, say): it must end at once, because its work goes on elsewhere.
 *
 * After an outage of the database all rows are old. A worker therefore judges others only when it has itself renewed
 * its row without a gap for longer than a lease: by then every living worker has renewed its own.
 */
export type Lease = { stop(): Promise<void> }

export type LeaseTimes = { beatMs: number; leaseMs: number }
const usual: LeaseTimes = { beatMs: 1_000, leaseMs: 5_000 }

export type LeaseOptions = {
  house: House
  workerId: string
  /** Gives the durable workflows of a dead worker back to the queues. */
  recover(executorId: string): Promise<void>
  /** The row is gone. */
  onLost(): void
  /** Shorter ones make tests shorter; all workers of a database must have the same. */
  times?: LeaseTimes | undefined
}

export function newWorkerId(): string {
  return `${os.hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`
}

export async function holdLease({ house, workerId, recover, onLost, times = usual }: LeaseOptions): Promise<Lease> {
  const { beatMs, leaseMs } = times
  // A connection of its own: a busy pool must not cost the lease.
  const own = openDatabase(house.databaseUrl, { max: 1, onError: () => undefined })
  await registerProcess(own.db, { id: workerId, kind: 'worker', pid: process.pid, host: os.hostname() })
  let beatingSince = Date.now()
  let lastBeat = Date.now()
  let lastOrphanLook = 0
  let stopped = false

  async function beat(): Promise<void> {
    if (!(await heartbeat(own.db, workerId))) {
      if (!stopped) onLost()
      return
    }
    const now = Date.now()
    if (now - lastBeat > leaseMs) beatingSince = now
    lastBeat = now
    if (now - beatingSince > leaseMs + beatMs) await reap()
    if (now - lastOrphanLook > leaseMs) {
      lastOrphanLook = now
      for (const id of await listOrphanedExecutors(own.db, engine.version)) await recover(id)
    }
  }

  async function reap(): Promise<void> {
    for (const { id } of await listSilent(own.db, { kind: 'worker', silentMs: leaseMs })) {
      house.log.warn({ worker: id }, 'a worker is silent; its work goes on elsewhere')
      await recover(id)
      await removeProcess(own.db, id)
    }
  }

  let beating: Promise<void> = Promise.resolve()
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    beating = beat()
      .catch((err) => house.log.warn({ err }, 'the lease was not renewed'))
      .finally(() => {
        busy = false
      })
  }, beatMs)
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      await beating
      // A row that stays is taken for a dead worker's, which is true soon.
      await removeProcess(own.db, workerId).catch(() => undefined)
      await own.close()
    },
  }
}
