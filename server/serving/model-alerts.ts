import type { Db } from '#db/client'
import { closeHouseAlert, openHouseAlert } from '#db/queries/alerts'
import type { HostedModel } from './models/hosted-model'

/**
 * Raises an alert for every deployment that names a version in trouble, and closes it when the version has been well again
 * or is not named any more. What the database cannot be told now it is told at the next look.
 */
export type ModelAlerts = { look(releases: readonly Named[], nowMs: number): Promise<void> }

type Named = { deploymentId: string; loaded: ReadonlyMap<string, Pick<HostedModel, 'versionId' | 'trouble'>> }

export const modelAlertKind = (versionId: string): string => `model:${versionId}`

/** Nothing is raised yet; alerts that a gateway left open when it ended are closed when their version is seen to be well. */
export function watchModels(db: Db): ModelAlerts {
  /** By deployment and kind: what the database was told last. */
  const told = new Map<string, 'open' | 'closed'>()
  let isLooking = false

  async function look(releases: readonly Named[], nowMs: number): Promise<void> {
    const seen = new Set<string>()
    for (const { deploymentId, loaded } of releases) {
      for (const model of loaded.values()) {
        const kind = modelAlertKind(model.versionId)
        const key = `${deploymentId} ${kind}`
        seen.add(key)
        const trouble = model.trouble()
        const wanted = trouble ? 'open' : 'closed'
        if (told.get(key) === wanted) continue
        if (trouble)
          await openHouseAlert(db, { deploymentId, kind, sentence: trouble.sentence, value: trouble.failures, openedAt: new Date(nowMs) })
        else await closeHouseAlert(db, { deploymentId, kind, closedAt: new Date(nowMs) })
        told.set(key, wanted)
      }
    }
    for (const [key, state] of told) {
      if (seen.has(key)) continue
      const [deploymentId = '', kind = ''] = key.split(' ')
      if (state === 'open') await closeHouseAlert(db, { deploymentId, kind, closedAt: new Date(nowMs) })
      told.delete(key)
    }
  }

  return {
    async look(releases, nowMs) {
      if (isLooking) return
      isLooking = true
      try {
        await look(releases, nowMs)
      } finally {
        isLooking = false
      }
    },
  }
}
