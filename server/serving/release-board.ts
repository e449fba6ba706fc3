import type { DeploymentSettings } from '#core/releases/deployment-settings'
import { type ReleaseSettings, versionsOf } from '#core/releases/settings'
import type { Db } from '#db/client'
import { listLiveReleases } from '#db/queries/releases'
import type { Log } from '#server/log'
import type { ServedModel } from './models/served-model'

/** What one deployment serves right now. Never changed: a release switch puts another one in its place. */
export type LiveRelease = {
  deploymentId: string
  deployment: string
  number: number
  lowConfidence: number
  settings: ReleaseSettings
  deploymentSettings: DeploymentSettings
  /** Of the routes, champion first. */
  models: readonly ServedModel[]
  weights: readonly number[]
  /** Every version that the release names, by id: routes, shadow, standby, fallbacks. */
  loaded: ReadonlyMap<string, ServedModel>
}

/**
 * The releases in force, with their models loaded. `refresh` loads what is new first and swaps then, so that there is no
 * moment without an answer; a model that no release uses any more is closed after its last request.
 */
export type ReleaseBoard = {
  find(deployment: string): LiveRelease | undefined
  list(): LiveRelease[]
  /** Deployments whose newest release could not be taken into service, with the reason. */
  problems(): ReadonlyMap<string, string>
  refresh(): Promise<void>
  close(): Promise<void>
}

export type LoadVersion = (version: { id: string; number: number; model: string; artifact: string }) => Promise<ServedModel>
type Live = Awaited<ReturnType<typeof listLiveReleases>>

/** An empty board; the first `refresh` fills it. Refreshes come one after the other, and those that wait are one. */
export function openReleaseBoard(db: Db, { load, log }: { load: LoadVersion; log: Log }): ReleaseBoard {
  const inForce = new Map<string, LiveRelease>()
  const models = new Map<string, ServedModel>()
  const problems = new Map<string, string>()
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  async function refreshOnce(): Promise<void> {
    const { live, versions } = await listLiveReleases(db)
    for (const release of live) {
      if (inForce.get(release.deployment)?.number === release.number && !problems.has(release.deployment)) continue
      await takeOver(release, versions)
    }
    const names = new Set(live.map((release) => release.deployment))
    for (const name of inForce.keys()) if (!names.has(name)) inForce.delete(name)
    for (const name of problems.keys()) if (!names.has(name)) problems.delete(name)
    closeUnused()
  }

  async function takeOver(release: Live['live'][number], versions: Live['versions']): Promise<void> {
    try {
      const loaded = new Map<string, ServedModel>()
      for (const versionId of versionsOf(release)) loaded.set(versionId, await modelOf(versionId, versions))
      const { deploymentId, deployment, number, lowConfidence, settings, deploymentSettings } = release
      inForce.set(deployment, {
        deploymentId,
        deployment,
        number,
        lowConfidence,
        settings,
        deploymentSettings,
        // each route's version is among those loaded above
        models: release.routes.map(({ versionId }) => loaded.get(versionId) as ServedModel),
        weights: release.routes.map((r) => r.weight),
        loaded,
      })
      problems.delete(deployment)
      log.info({ deployment, release: number }, 'the release is in force')
    } catch (err) {
      // Documented fallback: what cannot be loaded does not replace what serves; the next look tries again.
      const reason = err instanceof Error ? err.message : String(err)
      if (problems.get(release.deployment) !== reason)
        log.error({ err, deployment: release.deployment, release: release.number }, 'the release cannot be served; the one before goes on')
      problems.set(release.deployment, reason)
    }
  }

  async function modelOf(versionId: string, versions: Live['versions']): Promise<ServedModel> {
    const loaded = models.get(versionId)
    if (loaded) return loaded
    const version = versions.find(({ id }) => id === versionId)
    if (!version) throw new Error(`the model version ${versionId} is not registered any more`)
    const model = await load(version)
    models.set(versionId, model)
    return model
  }

  function closeUnused(): void {
    const used = new Set([...inForce.values()].flatMap((release) => [...release.loaded.values()]))
    for (const [versionId, model] of models) {
      if (used.has(model)) continue
      models.delete(versionId)
      void model.close().catch((err) => log.warn({ err, versionId }, 'a model could not be closed'))
    }
  }

  function refresh(): Promise<void> {
    if (!running) {
      running = refreshOnce().finally(() => {
        running = null
      })
      return running
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null
        return refresh()
      })
    return next
  }

  return {
    find: (deployment) => inForce.get(deployment),
    list: () => [...inForce.values()],
    problems: () => problems,
    refresh,
    async close() {
      await running?.catch(() => undefined)
      inForce.clear()
      await Promise.all([...models.values()].map((model) => model.close()))
      models.clear()
    },
  }
}
