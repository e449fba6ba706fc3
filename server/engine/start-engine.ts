import { DBOS } from '@dbos-inc/dbos-sdk'
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor'
import { migrateDatabase } from '#db/migrate'
import type { House } from '#server/house'
import { changesOf, closeChanges } from './changes'
import { registerWorkflows } from './durable-workflows'
import type { Engine, EnginePoint } from './engine'
import { holdLease, type LeaseTimes, newWorkerId } from './lease'
import { engine as names } from './names'
import { openProcessPool } from './stage-process/process-pool'
import { openScratchFolders } from './stage-process/scratch-folders'
import type { FindSpec } from './stage-work'

export type EngineOptions = {
  /** The stage types that this worker knows, and the file whose process runs them: arguments, so that tests bring their own. */
  findSpec: FindSpec
  stageEntry: URL
  /** The lease was lost: the process must end. */
  onLost(): void
  at?(point: EnginePoint, subject: string): void | Promise<void>
  leaseTimes?: LeaseTimes
}

export type RunningEngine = { workerId: string; stop(): Promise<void> }

/** Memory cap of the processes that are started before they are needed; most stages have it. */
const warmMb = 4096

/** Begins to take runs, stages and jobs from the queues. One engine per process: the durable engine is a singleton. */
export async function startEngine(house: House, { findSpec, stageEntry, onLost, at, leaseTimes }: EngineOptions): Promise<RunningEngine> {
  await migrateDatabase(house.databaseUrl)
  const workerId = newWorkerId()
  const stopping = new AbortController()
  const { STAGELINE_CONCURRENCY: size, threads } = house.env
  const pool = openProcessPool({ entry: stageEntry, size, threads, warmMb, scratch: await openScratchFolders(house.env.home) })
  const engine: Engine = {
    house,
    findSpec,
    pool,
    changes: changesOf(house),
    workerId,
    stopping: stopping.signal,
    at: at ?? (() => undefined),
  }
  registerWorkflows(engine)
  DBOS.setConfig({
    name: names.application,
    systemDatabaseUrl: house.databaseUrl,
    systemDatabasePoolSize: 10,
    // Set on each new connection beside its first statement, which the driver warns of on every start; nothing here leaves transactions idle.
    systemDatabaseIdleTransactionTimeoutMs: 0,
    applicationVersion: names.version,
    executorID: workerId,
    runMigrations: false,
    logger: quietLogger(house),
  })
  // The row comes first: from the launch on, this worker holds work.
  const lease = await holdLease({
    house,
    workerId,
    onLost,
    times: leaseTimes,
    recover: async (id) => {
      // Public calls recover only this process's own executor; this is the one that takes over another's.
      await DBOSExecutor.globalInstance?.recoverPendingWorkflows([id])
    },
  })
  await DBOS.launch()
  // Each look is a transaction, also while nobody works. A run waits once, a stage behind a full pool each time.
  await DBOS.registerQueue(names.queues.runs, { minPollingIntervalMs: 200 })
  await DBOS.registerQueue(names.queues.stages, { minPollingIntervalMs: 50, workerConcurrency: size })
  await DBOS.registerQueue(names.queues.jobs, { minPollingIntervalMs: 500, workerConcurrency: Math.max(2, size) })
  return {
    workerId,
    async stop() {
      stopping.abort()
      await pool.close()
      await DBOS.shutdown({ deregister: true })
      await lease.stop()
      await closeChanges(house)
    },
  }
}

/** The durable engine's own words go to the log, one level lower: what it warns of is mostly passing. */
function quietLogger({ log }: House) {
  const words = (entry: unknown) => (entry instanceof Error ? entry.message : typeof entry === 'string' ? entry : JSON.stringify(entry))
  return {
    info: (entry: unknown) => log.debug(words(entry)),
    debug: (entry: unknown) => log.trace(words(entry)),
    warn: (entry: unknown) => log.info(words(entry)),
    error: (entry: unknown) => log.warn(entry instanceof Error ? { err: entry } : {}, words(entry)),
  }
}
