import { isFinal } from '#core/runs/status'
import type { RunChange, RunView } from '#core/runs/views'
import { getRun, listRuns } from '#db/queries/runs'
import { listStageRuns } from '#db/queries/stage-runs'
import type { House } from '#server/house'
import { changesOf } from './changes'
import { toRunView, toStageRunView } from './run-views'
import { untilDatabase } from './until-database'

/** A message at most this often, however fast the stages are. */
const paceMs = 100
/** Looks at least this often, should a notification be lost. */
const lookMs = 5_000

/** Everything that is new about a run since revision `since`, as it happens; ends with the run. */
export async function* watchRun(house: House, runId: string, since: number, signal: AbortSignal): AsyncGenerator<RunChange> {
  const watcher = changesOf(house).watch('run_changed', runId)
  try {
    for (let newest = since; !signal.aborted; ) {
      // The run first: once it is read as over, what is read of its stages after it is all there is.
      const run = toRunView(await untilDatabase(house.log, () => getRun(house.db, runId)))
      const newerThan = newest
      const stages = await untilDatabase(house.log, () => listStageRuns(house.db, { runId, newerThan }))
      const revision = Math.max(run.revision, ...stages.map((stage) => stage.revision))
      if (revision > newest) {
        newest = revision
        yield { run: { ...run, revision }, stages: stages.map(toStageRunView) }
      }
      if (isFinal(run.status)) return
      await pause(paceMs, signal)
      await watcher.next(lookMs, signal)
    }
  } finally {
    watcher.close()
  }
}

/** Runs that changed since revision `since`, of one workflow or of all, as it happens. Never ends by itself. */
export async function* watchRuns(
  house: House,
  workflowId: string | undefined,
  since: number,
  signal: AbortSignal,
): AsyncGenerator<RunView> {
  const watcher = changesOf(house).watch('run_changed', null)
  try {
    for (let newest = since; !signal.aborted; ) {
      const newerThan = newest
      const rows = await untilDatabase(house.log, () => listRuns(house.db, { workflowId, newerThan, limit: 100 }))
      for (const row of rows.toSorted((a, b) => a.revision - b.revision)) {
        newest = Math.max(newest, row.revision)
        yield toRunView(row)
      }
      await pause(paceMs, signal)
      await watcher.next(lookMs, signal)
    }
  } finally {
    watcher.close()
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done, { once: true })
  })
}
