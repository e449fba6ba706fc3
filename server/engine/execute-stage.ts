import type { ErrorCode, ErrorRecord } from '#core/errors/app-error'
import type { StatusEvent } from '#core/runs/status'
import { isFinal } from '#core/runs/status'
import { formatDuration } from '#core/words/format'
import { addArtifacts } from '#db/queries/artifacts'
import { putCacheEntry } from '#db/queries/cache'
import { addStageLogs, type NewLogLine } from '#db/queries/stage-logs'
import { advanceStage, getStageRun, listCancelled, type StageRunRow, setStageProgress } from '#db/queries/stage-runs'
import type { StageSpec } from '#stages/define'
import { openCalls } from './calls'
import { type Engine, maxAttempts, memoryMbOf, timeoutMsOf } from './engine'
import type { StageOrder } from './stage-order'
import type { Outcome, TaskEvents } from './stage-process/stage-process'
import { artifactsOf } from './stage-work'
import { untilDatabase } from './until-database'

/** Lines that are kept of one try; a stage in a loop must not fill the database. */
const maxLogLines = 5_000
const flushMs = 200
/** Should the notification of a cancel be lost, it is seen after this. */
const cancelLookMs = 1_000

/** Whether the stage must be tried once more, after a pause. */
export type Attempt = { again: boolean; attempt: number }

/**
 * One try at a stage: start, run in a stage process, write how it ended. May be called again for the same stage after
 * this worker was lost at any point: what is over stays over, what was under way is tried again if it is idempotent.
 */
export async function attemptStage(engine: Engine, order: StageOrder, { cache = true }: { cache?: boolean } = {}): Promise<Attempt> {
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
  const again = await untilDatabase(house.log, () => finish(engine, order, { spec, outcome, attempt, cache }))
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
  const { house, changes, pool, stopping } = engine
  const cancel = new AbortController()
  const abort = () => cancel.abort()
  const lookForCancel = async () => {
    const cancelled = await listCancelled(house.db, [stageRunId]).catch(() => [])
    if (cancelled.length > 0) abort()
  }
  const stopListening = changes.on('run_cancelled', (runId) => {
    if (runId === order.runId) abort()
    else if (runId === '') void lookForCancel()
  })
  const look = setInterval(() => void lookForCancel(), cancelLookMs)
  const stopLooking = () => {
    stopListening()
    clearInterval(look)
  }
  // What a stopping worker has under way never settles: nobody would come by below, and the process would never end.
  stopping.addEventListener('abort', stopLooking, { once: true })
  const logs = openLogs(engine, stageRunId)
  logs.add({ level: 'info', text: attempt === 1 ? 'Started' : `Started again, try ${attempt}`, at: Date.now() })
  try {
    const outcome = await pool.run(
      {
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
      },
      { timeoutMs: spec ? timeoutMsOf(spec) : 60_000 },
      taskEvents(engine, order, logs),
      cancel.signal,
    )
    if (outcome.ok) logs.add({ level: 'info', text: `Done in ${formatDuration(outcome.ms)}`, at: Date.now() })
    else logs.add({ level: 'error', text: outcome.error.message, at: Date.now() })
    return outcome
  } finally {
    stopping.removeEventListener('abort', stopLooking)
    stopLooking()
    await logs.close()
  }
}

function taskEvents({ house }: Engine, order: StageOrder, logs: Logs): TaskEvents {
  const of = { runId: order.runId, stageId: order.stageId }
  const calls = openCalls(house, { ...of, versions: order.versions })
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
    call: async (name, input) => {
      // A stage process calls by name what StageCalls types; its input is checked by what answers.
      const ask = calls[name] as (input: unknown) => Promise<unknown>
      return ask(input)
    },
  }
}

type Logs = { add(line: { level: 'info' | 'warn' | 'error'; text: string; at: number }): void; close(): Promise<void> }

/** Lines are written in batches, in order; those of a lost process up to its last word. */
function openLogs({ house }: Engine, stageRunId: string): Logs {
  let lines: NewLogLine[] = []
  let count = 0
  let written: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const batch = lines
    lines = []
    if (batch.length === 0) return
    written = written.then(() => untilDatabase(house.log, () => addStageLogs(house.db, batch)))
  }
  return {
    add({ level, text, at }) {
      count += 1
      if (count > maxLogLines) return
      const last = count === maxLogLines ? `${text}\n(This stage said too much; what follows is not kept.)` : text
      // Postgres cannot hold the character 0 in a text.
      lines.push({ stageRunId, level, text: last.replaceAll('\0', ''), at: new Date(at) })
      timer ??= setTimeout(flush, flushMs)
    },
    async close() {
      flush()
      await written
    },
  }
}

/** Writes how a try ended, in one transaction with what the cache learns. True when the stage is to be tried again. */
async function finish(
  engine: Engine,
  order: StageOrder,
  { spec, outcome, attempt, cache }: { spec: StageSpec | undefined; outcome: Outcome; attempt: number; cache: boolean },
): Promise<boolean> {
  const { db, artifacts } = engine.house
  const of = { runId: order.runId, stageId: order.stageId, heldBy: engine.workerId }
  if (outcome.ok) {
    const { outputs, figure } = outcome
    const durationMs = Math.round(outcome.ms)
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
function isPassingFailure(code: ErrorCode): boolean {
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
