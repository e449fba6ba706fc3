import { readModelFile } from '#core/model/model-file'
import { formatBytes } from '#core/words/format'
import type { ArtifactStore } from '#server/artifacts/store'
import type { Log } from '#server/log'
import type { Clock } from '../clock'
import { chooseEvictions } from './choose-evictions'
import type { OpenLink } from './host/host-link'
import { type HostedModel, openHostedModel } from './hosted-model'
import type { OpenPrepare } from './load-model'
import { ModelFailure } from './model-failure'
import type { ModelNotes } from './model-notes'

/** A registered version as the gateway needs it. */
export type ShelfVersion = { id: string; number: number; model: string; artifact: string; isImported: boolean }

/** What a release wants of a version. */
export type Use = { hasWeight: boolean; cacheEntries: number }

/**
 * The versions that releases of this gateway name, each once for all deployments. Loaded ones stay within a bound of memory:
 * for one that is asked for, others that are not needed right now go to sleep.
 */
export type ModelShelf = {
  /** A version, asleep when it is new; reads in its file what it is. */
  open(version: ShelfVersion): Promise<HostedModel>
  /** Says what releases name now; all others are closed after their last request. */
  use(uses: ReadonlyMap<string, Use>): void
  /** In memory right now, and the bound; bytes. */
  memory(): { usedBytes: number; limitBytes: number }
  list(): HostedModel[]
  close(): Promise<void>
}

export type ModelShelfOptions = {
  artifacts: Pick<ArtifactStore, 'path' | 'read' | 'size'>
  openPrepare: OpenPrepare
  openLink: OpenLink
  /** Hears what happens to each version. */
  notesOf?: (about: { model: string; version: number }) => ModelNotes
  limitBytes: number
  clock: Clock
  log: Log
}

/** The runtime holds weights, and packs many of them once more for its kernels. */
const bytesPerFileByte = 2.2
const hostBytes = { thread: 12 * 1024 * 1024, process: 60 * 1024 * 1024 }

const closeAtMostMs = 2_000

/** An empty shelf. */
export function openModelShelf({ artifacts, openPrepare, openLink, notesOf, limitBytes, clock, log }: ModelShelfOptions): ModelShelf {
  const models = new Map<string, Promise<HostedModel>>()
  const opened = new Map<string, HostedModel>()
  let uses: ReadonlyMap<string, Use> = new Map()

  async function make({ id, number, model, artifact, isImported }: ShelfVersion): Promise<HostedModel> {
    const about = readModelFile(await artifacts.read(artifact))
    // Code that nobody here wrote may end the process it runs in.
    const kind = isImported ? 'process' : 'thread'
    return openHostedModel({
      versionId: id,
      version: number,
      model,
      about,
      prepare: await openPrepare(about.prepare),
      file: () => artifacts.path(artifact),
      bytes: Math.ceil((await artifacts.size(artifact)) * bytesPerFileByte + hostBytes[kind]),
      kind,
      openLink,
      makeRoom,
      notes: notesOf?.({ model, version: number }),
      clock,
      log,
    })
  }

  function makeRoom(wanted: HostedModel): void {
    const others = [...opened.values()].filter((model) => model !== wanted && model.isAwake())
    const occupants = others.map((model) => ({
      versionId: model.versionId,
      bytes: model.bytes,
      hasWeight: uses.get(model.versionId)?.hasWeight ?? false,
      inside: model.inside(),
      idleMs: clock.now() - model.lastUsedAt(),
    }))
    const evicted = chooseEvictions(occupants, { neededBytes: wanted.bytes, limitBytes })
    if (!evicted) {
      throw new ModelFailure(
        'overload',
        `v${wanted.version} of ${wanted.model} needs ${formatBytes(wanted.bytes)} of memory, and the models in use leave too little of the ${formatBytes(limitBytes)} that STAGELINE_MODEL_MEMORY_MB allows.`,
        { retryAfterSeconds: 10 },
      )
    }
    for (const versionId of evicted) {
      log.info({ versionId, for: wanted.versionId }, 'a model goes to sleep to make room')
      opened.get(versionId)?.sleep()
    }
  }

  function close(versionId: string, model: HostedModel): void {
    models.delete(versionId)
    opened.delete(versionId)
    void model.close().catch((err) => log.warn({ err, versionId }, 'a model could not be closed'))
  }

  return {
    open(version) {
      const known = models.get(version.id)
      if (known) return known
      const opening = make(version).then((model) => {
        opened.set(version.id, model)
        return model
      })
      models.set(version.id, opening)
      opening.catch(() => models.delete(version.id))
      return opening
    },
    use(named) {
      uses = named
      for (const [versionId, model] of opened) {
        const use = named.get(versionId)
        if (use) model.keepAnswers(use.cacheEntries)
        else close(versionId, model)
      }
    },
    memory: () => ({
      usedBytes: [...opened.values()].reduce((sum, model) => sum + (model.isAwake() ? model.bytes : 0), 0),
      limitBytes,
    }),
    list: () => [...opened.values()],
    async close() {
      const all = [...opened.values()]
      models.clear()
      opened.clear()
      await Promise.all(all.map((model) => model.close(closeAtMostMs)))
    },
  }
}
