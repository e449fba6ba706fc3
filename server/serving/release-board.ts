import type { DeploymentSettings } from '#core/releases/deployment-settings'
import { type ReleaseSettings, versionsOf } from '#core/releases/settings'
import type { Db } from '#db/client'
import { listLiveReleases } from '#db/queries/releases'
import type { Log } from '#server/log'
import type { HostedModel } from './models/hosted-model'
import type { ModelShelf, Use } from './models/model-shelf'

/** What one deployment serves right now. Never changed: a release switch puts another one in its place. */
export type LiveRelease = {
  deploymentId: string
  deployment: string
  number: number
  lowConfidence: number
  settings: ReleaseSettings
  deploymentSettings: DeploymentSettings
  /** Of the routes, champion first. */
  models: readonly HostedModel[]
  weights: readonly number[]
  /** Every version that the release names, by id: routes, shadow, standby, fallbacks. */
  loaded: ReadonlyMap<string, HostedModel>
}

/**
 * The releases in force. `refresh` loads what is new first and swaps then, so that there is no moment without an answer; a
 * version that no release names any more is closed after its last request. A release whose version cannot be loaded does
 * not replace what serves; where nothing serves yet it comes into force all the same, for its fallbacks.
 */
export type ReleaseBoard = {
  find(deployment: string): LiveRelease | undefined
  list(): LiveRelease[]
  /** Deployments whose newest release could not be taken into service, with the reason. */
  problems(): ReadonlyMap<string, string>
  /** Looks for new releases. What takes long to load is not waited for beyond `patienceMs`: others must not wait for it. */
  refresh(patienceMs?: number): Promise<void>
  close(): Promise<void>
}

type Lists = Awaited<ReturnType<typeof listLiveReleases>>
type Live = Lists['live'][number]

const usualPatienceMs = 200

/** An empty board; the first `refresh` fills it. Refreshes come one after the other, and those that wait are one. */
export function openReleaseBoard(db: Db, { shelf, log }: { shelf: ModelShelf; log: Log }): ReleaseBoard {
  const inForce = new Map<string, LiveRelease>()
  const problems = new Map<string, string>()
  /** Releases that are being loaded, by deployment, with the versions that they name. */
  const comingIn = new Map<string, { number: number; release: Live; done: Promise<void> }>()
  /** Releases that could not be loaded: their versions keep their place, and with it the pause before their next try. */
  const blocked = new Map<string, Live>()
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  async function refreshOnce(patienceMs: number): Promise<void> {
    const { live, versions } = await listLiveReleases(db)
    const names = new Set(live.map((release) => release.deployment))
    for (const name of [...inForce.keys(), ...problems.keys()]) {
      if (names.has(name)) continue
      for (const map of [inForce, problems, blocked]) map.delete(name)
    }
    for (const release of live) {
      const { deployment, number } = release
      if (comingIn.get(deployment)?.number === number) continue
      if (inForce.get(deployment)?.number === number && !problems.has(deployment)) continue
      const done = takeOver(release, versions).finally(() => {
        if (comingIn.get(deployment)?.number === number) comingIn.delete(deployment)
        tellShelf()
      })
      comingIn.set(deployment, { number, release, done })
    }
    tellShelf()
    await Promise.race([Promise.all([...comingIn.values()].map(({ done }) => done)), wait(patienceMs)])
  }

  async function takeOver(release: Live, versions: Lists['versions']): Promise<void> {
    const { deployment, number } = release
    // A release that came in between is the one to serve now.
    const isNewest = () => (comingIn.get(deployment)?.number ?? number) === number && (inForce.get(deployment)?.number ?? 0) <= number
    try {
      const loaded = new Map<string, HostedModel>()
      for (const versionId of versionsOf(release)) loaded.set(versionId, await openVersion(versionId, versions))
      // each route's version is among those opened above
      const models = release.routes.map(({ versionId }) => loaded.get(versionId) as HostedModel)
      tellShelf(loaded)
      const awake = await Promise.allSettled([...loaded.values()].map((model) => model.wake()))
      const failed = awake.find((one, i) => one.status === 'rejected' && i < models.length)
      if (!isNewest()) return
      if (failed?.status === 'rejected') {
        explain(release, failed.reason)
        if (inForce.has(deployment)) return
      } else {
        problems.delete(deployment)
        blocked.delete(deployment)
      }
      const { deploymentId, lowConfidence, settings, deploymentSettings } = release
      const weights = release.routes.map((route) => route.weight)
      inForce.set(deployment, { deploymentId, deployment, number, lowConfidence, settings, deploymentSettings, models, weights, loaded })
      if (!failed) log.info({ deployment, release: number }, 'the release is in force')
    } catch (error) {
      // Documented fallback: what cannot be loaded does not replace what serves; the next look tries again.
      if (isNewest()) explain(release, error)
    }
  }

  function explain(release: Live, error: unknown): void {
    const { deployment, number } = release
    const reason = error instanceof Error ? error.message : String(error)
    // The time to the next try differs from look to look.
    if (!problems.has(deployment))
      log.error({ err: error, deployment, release: number }, 'the release cannot be served; what served goes on')
    problems.set(deployment, reason)
    blocked.set(deployment, release)
  }

  function openVersion(versionId: string, versions: Lists['versions']): Promise<HostedModel> {
    const version = versions.find(({ id }) => id === versionId)
    if (!version) throw new Error(`the model version ${versionId} is not registered any more`)
    return shelf.open({ ...version, isImported: version.origin !== null })
  }

  /** Tells the shelf what is named by the releases in force and by those that are coming in. */
  function tellShelf(more: ReadonlyMap<string, HostedModel> = new Map()): void {
    const uses = new Map<string, Use>()
    const add = (versionId: string, hasWeight: boolean, cache: ReleaseSettings['cache'] | null) => {
      const { hasWeight: had = false, cacheEntries = 0 } = uses.get(versionId) ?? {}
      uses.set(versionId, { hasWeight: had || hasWeight, cacheEntries: Math.max(cacheEntries, cache?.on ? cache.entries : 0) })
    }
    for (const { models, loaded, settings } of inForce.values()) {
      for (const model of loaded.values()) add(model.versionId, models.includes(model), settings.cache)
    }
    for (const release of [...blocked.values(), ...[...comingIn.values()].map((coming) => coming.release)]) {
      const routes = release.routes.map(({ versionId }) => versionId)
      for (const versionId of versionsOf(release)) add(versionId, routes.includes(versionId), release.settings.cache)
    }
    for (const versionId of more.keys()) if (!uses.has(versionId)) add(versionId, false, null)
    shelf.use(uses)
  }

  function refresh(patienceMs = usualPatienceMs): Promise<void> {
    if (!running) {
      running = refreshOnce(patienceMs).finally(() => {
        running = null
      })
      return running
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null
        return refresh(patienceMs)
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
      comingIn.clear()
      await shelf.close()
    },
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
