import type { ErrorCode, ErrorRecord } from '#core/errors/app-error'
import type { StatusEvent } from '#core/runs/status'
import { isFinal } from '#core/runs/status'
import { formatDuration } from '#core/words/format'
import { addArtifacts } from '#db/queries/artifacts'
import { putCacheEntry } from '#db/queries/cache'
import { advanceStage, getStageRun, type StageRunRow, setStageProgress } from '#db/queries/stage-runs'
import type { StageSpec } from '#stages/define'
import { openCalls } from './calls'
import { type Engine, maxAttempts, memoryMbOf, timeoutMsOf } from './engine'
import { openStageLogs, type StageLogs } from './stage-logs'
import type { StageOrder } from './stage-order'
import type { StageTask } from './stage-process/messages'
import type { Outcome, TaskEvents } from './stage-process/stage-process'
import { artifactsOf, studyOf } from './stage-work'
import { untilDatabase } from './until-database'
import { watchCancel } from './watch-cancel'

/** Whether the stage must be tried once more, after a pause. */
export type Attempt = { again: boolean; attempt: number }

/**
 * One try at a stage: start, run in a stage process, write how it ended. May be called again for the same stage after
 * this worker was lost at any point: what is over stays over, what was under way is tried again if it is idempotent.
 * `workedMs` is what was done for the stage before: by the trials of its search.
 */
export async function attemptStage(
  engine: Engine,
  order: StageOrder,
  { cache = true, workedMs = 0 }: { cache?: boolean; workedMs?: number } = {},
): Promise<Attempt> {
  const { house, workerId } = engine
  const spec = engine.findSpec(order.type)
  const of = { runId: order.runId, stageId: order.stageId }
  const row = await untilDatabase(house.log, () => getStageRun(house.db, of))
  if (isFinal(row.status)) return { again: false, attempt: row.attempt }
  if (row.status === 'running' && !(await takeOver(engine, order, spec, row))) return { again: false, attempt: row.attempt }

  const started = await untilDatabase(house.log, () => start(engine, order))
  if (!started) return { again: false, attempt: row.attempt }
  const attempt = row.attempt + 1
  await engine.at('stage-started', order.stageId)
  const outcome = await runInProcess(engine, order, spec, { stageRunId: row.id, attempt })
  await engine.at('stage-worked', order.stageId)
  const again = await untilDatabase(house.log, () => finish(engine, order, { spec, outcome, attempt, cache, workedMs }))
  if (!outcome.ok && outcome.bug) {
    house.log.error({ bugId: outcome.bug.id, stack: outcome.bug.stack, ...of, workerId }, `stage ${order.title} met a bug`)
  }
  await engine.at('stage-written', order.stageId)
  return { again, attempt }
}

/** A stage that still counts as running lost its worker. It goes back to the queue, unless a second try could do harm. */
async function takeOver({ house }: Engine, order: StageOrder, spec: StageSpec | undefined, row: StageRunRow): Promise<boolean> {
  const of = { runId: order.runId, stageId: order.stageId }
  if (spec?.idempotent !== false && row.attempt < maxAttempts + 2) {
    return untilDatabase(house.log, () => advanceStage(house.db, { ...of, event: 'retry' }))
  }
  const why =
    spec?.idempotent === false
      ? 'It acts on the outside world, so it is not repeated by itself: look there whether it was done, then run again.'
      : 'Its worker was lost every time; perhaps it needs more memory than the machine has. Run again with fewer rows.'
  const error: ErrorRecord = { code: 'crashed', message: `The worker was lost while ${order.title} ran. ${why}`, hint: {} }
  await untilDatabase(house.log, () => advanceStage(house.db, { ...of, event: 'crash', change: { error } }))
  return false
}

async function start({ house, workerId }: Engine, order: StageOrder): Promise<boolean> {
  return advanceStage(house.db, {
    runId: order.runId,
    stageId: order.stageId,
    event: 'start',
    change: { attempt: 'next', worker: workerId, ...(order.key !== null && { key: order.key }) },
  })
}

type Try = { stageRunId: string; attempt: number }

async function runInProcess(
  engine: Engine,
  order: StageOrder,
  spec: StageSpec | undefined,
  { stageRunId, attempt }: Try,
): Promise<Outcome> {
  const cancel = watchCancel(engine, { runId: order.runId, stageRunId })
  const logs = openStageLogs(engine, stageRunId)
  logs.add({ level: 'info', text: attempt === 1 ? 'Started' : `Started again, try ${attempt}`, at: Date.now() })
  try {
    const outcome = await engine.pool.run(
      taskOf(engine, order, spec),
      { timeoutMs: spec ? timeoutMsOf(spec) : 60_000 },
      taskEvents(engine, order, logs),
      cancel.signal,
    )
    if (outcome.ok) logs.add({ level: 'info', text: `Done in ${formatDuration(outcome.ms)}`, at: Date.now() })
    else logs.add({ level: 'error', text: outcome.error.message, at: Date.now() })
    return outcome
  } finally {
    cancel.close()
    await logs.close()
  }
}

/** What a stage process needs of a stage. */
export function taskOf({ house }: Engine, order: StageOrder, spec: StageSpec | undefined): Omit<StageTask, 'scratch' | 'threads'> {
  return {
    type: order.type,
    title: order.title,
    params: order.params,
    version: order.version,
    inputs: order.inputs,
    seed: order.seed,
    stage: { id: order.stageId, title: order.title, runId: order.runId, workflow: order.workflow },
    artifactsDir: house.env.artifactsDir,
    memoryMb: spec ? memoryMbOf(spec) : 512,
    privateUrls: house.env.STAGELINE_PRIVATE_URLS,
  }
}

function taskEvents({ house, findSpec }: Engine, order: StageOrder, logs: StageLogs): TaskEvents {
  const of = { runId: order.runId, stageId: order.stageId }
  const calls = openCalls(house, { ...of, versions: order.versions, search: { study: studyOf(findSpec, order), trial: null } })
  // Progress is worth nothing when it comes late: one write at a time, what comes meanwhile waits its turn or is dropped.
  let writing = false
  const tell = (
    said: { progress: { done: number; total: number; doing?: string } } | { figure: { value: number | string; label: string } },
  ) => {
    if (writing) return
    writing = true
    setStageProgress(house.db, { ...of, ...said })
      .catch((err) => house.log.debug({ err, ...of }, 'progress was not written'))
      .finally(() => {
        writing = false
      })
  }
  return {
    log: logs.add,
    progress: (progress) => tell({ progress }),
    figure: (figure) => tell({ figure }),
    call: answering(calls),
  }
}

/** Answers what a stage process calls by name. */
export function answering(calls: ReturnType<typeof openCalls>): TaskEvents['call'] {
  return async (name, input) => {
    // A stage process calls by name what StageCalls types; its input is checked by what answers.
    const ask = calls[name] as (input: unknown) => Promise<unknown>
    return ask(input)
  }
}

/** Writes how a try ended, in one transaction with what the cache learns. True when the stage is to be tried again. */
async function finish(
  engine: Engine,
  order: StageOrder,
  {
    spec,
    outcome,
    attempt,
    cache,
    workedMs,
  }: { spec: StageSpec | undefined; outcome: Outcome; attempt: number; cache: boolean; workedMs: number },
): Promise<boolean> {
  const { db, artifacts } = engine.house
  const of = { runId: order.runId, stageId: order.stageId, heldBy: engine.workerId }
  if (outcome.ok) {
    const { outputs, figure } = outcome
    const durationMs = Math.round(workedMs + outcome.ms)
    const hashes = [...new Set(artifactsOf(outputs))]
    const sized = await Promise.all(hashes.map(async (hash) => ({ hash, bytes: await artifacts.size(hash) })))
    await db.transaction(async (tx) => {
      if (!(await advanceStage(tx, { ...of, event: 'finish', change: { outputs, figure, durationMs } }))) return
      await addArtifacts(tx, sized)
      if (cache && order.key !== null) await putCacheEntry(tx, { key: order.key, outputs, figure, durationMs })
    })
    return false
  }
  const { error } = outcome
  if (spec?.idempotent !== false && isPassingFailure(error.code) && attempt < maxAttempts) {
    return advanceStage(db, { ...of, event: 'retry' })
  }
  await advanceStage(db, { ...of, event: eventOf(error.code), change: { error } })
  return false
}

/** Failures that may well be gone at the next try. */
export function isPassingFailure(code: ErrorCode): boolean {
  return code === 'crashed' || code === 'unavailable'
}

function eventOf(code: ErrorCode): StatusEvent {
  switch (code) {
    case 'crashed':
    case 'out_of_memory':
      return 'crash'
    case 'timed_out':
      return 'expire'
    case 'cancelled':
      return 'cancel'
    default:
      return 'fail'
  }
}
