import type { Db } from '#db/client'
import { closeHouseAlert, openHouseAlert } from '#db/queries/alerts'
import type { Spool } from './spool'

const kind = 'spool-full'

/**
 * Raises an alert for every deployment whose answers were not logged, and closes it when there is room again. What the
 * database cannot be told now it is told with a later call, even if all is well by then: that rows are missing must be known.
 */
export function watchSpool(db: Db, spool: Pick<Spool, 'state' | 'lost'>): { look(nowMs: number): Promise<void> } {
  const told = new Map<string, number>()
  const open = new Set<string>()
  let isLooking = false

  async function look(nowMs: number): Promise<void> {
    const { isFull } = spool.state()
    for (const [deploymentId, rows] of spool.lost()) {
      if (rows > (told.get(deploymentId) ?? 0) && !open.has(deploymentId)) {
        await openHouseAlert(db, { deploymentId, kind, sentence, value: rows, openedAt: new Date(nowMs) })
        open.add(deploymentId)
      }
      told.set(deploymentId, rows)
    }
    if (isFull) return
    for (const deploymentId of open) {
      await closeHouseAlert(db, { deploymentId, kind, closedAt: new Date(nowMs) })
      open.delete(deploymentId)
    }
  }

  return {
    async look(nowMs) {
      if (isLooking) return
      isLooking = true
      try {
        await look(nowMs)
      } finally {
        isLooking = false
      }
    },
  }
}

const sentence =
  'The prediction log on disk is full: answers go on and are counted, but their rows are not logged. See that the database can be reached, or raise STAGELINE_SPOOL_MB.'
