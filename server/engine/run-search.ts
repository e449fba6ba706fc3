import { randomUUID } from 'node:crypto'
import { AppError, toErrorRecord } from '#core/errors/app-error'
import { isFinal } from '#core/runs/status'
import { bestTrial, meanScore } from '#core/tune/trial'
import { formatFigure } from '#core/words/format'
import { listEndedBadly } from '#db/queries/durable-workflows'
import { advanceStage, getStageRun, type StageRunRow, setStageProgress } from '#db/queries/stage-runs'
import { endTrial, listTrials, proposeTrials, removeLostTrials, searchSeconds, type TrialRow } from '#db/queries/trials'
import { trialsInBudget } from '#ml/tune/in-budget'
import { nextTrials } from '#ml/tune/next-trials'
import type { Engine } from './engine'
import { trialWorkflowId } from './names'
import type { StageOrder } from './stage-order'
import { type Study, studyOf } from './stage-work'
import { untilDatabase } from './until-database'

/** Looks at the trials and the run at least this often, should every notification be lost. */
const lookMs = 1_000

/** What the search decided: trials to start now, or that it is over, after so much work of trials of this stage run. */
export type SearchTurn = { start: number[]; over: boolean; workedMs: number }

/**
 * Waits until something can be decided about the search of a stage and decides it. `begun` are the trials that were named
 * before. What is proposed is written first: after a lost worker it is found there, and named again. A search that cannot
 * go on (the stage was cancelled, its params are wrong) is over; the attempt at the stage then says what there is to say.
 */
export async function takeSearchTurn(engine: Engine, order: StageOrder, begun: ReadonlySet<number>): Promise<SearchTurn> {
  const { house, changes, stopping } = engine
  const { db, log } = house
  const { runId, stageId } = order
  const study = studyOf(engine.findSpec, order)
  if (!study) return { start: [], over: true, workedMs: 0 }
  await untilDatabase(log, () => begin(engine, order, study))
  const watcher = changes.watch('trials_changed', study.key)
  let said = ''
  try {
    for (;;) {
      const stage = await untilDatabase(log, () => getStageRun(db, { runId, stageId }))
      if (isFinal(stage.status)) return { start: [], over: true, workedMs: 0 }
      const step = stage.study === study.key ? () => decide(engine, stage, study) : () => refuseUpdate(engine, order)
      const decided = await untilDatabase(log, step)
      if (!decided) return { start: [], over: true, workedMs: 0 }
      const { trials, isOver } = decided
      const progress = progressOf(study, trials)
      if (progress.doing !== said) await untilDatabase(log, () => setStageProgress(db, { runId, stageId, progress }))
      said = progress.doing
      const mine = trials.filter((trial) => trial.stageRunId === stage.id)
      const workedMs = 1000 * mine.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0)
      const start = mine.filter(({ status, number }) => status === 'running' && !begun.has(number)).map(({ number }) => number)
      if (isOver || start.length > 0) return { start, over: isOver, workedMs }
      const since = performance.now()
      await watcher.next(lookMs, stopping)
      // A worker that stops must not decide anything more: this step is done again elsewhere.
      if (stopping.aborted) return await new Promise<never>(() => undefined)
      if (performance.now() - since >= lookMs) await untilDatabase(log, () => buryDead(engine, order, study, mine))
    }
  } finally {
    watcher.close()
  }
}

/** From here on the stage counts as running, on whichever worker its trials are. */
async function begin({ house: { db }, workerId }: Engine, order: StageOrder, study: Study): Promise<void> {
  await advanceStage(db, {
    runId: order.runId,
    stageId: order.stageId,
    event: 'start',
    change: { worker: workerId, study: study.key, ...(order.key !== null && { key: order.key }) },
  })
}

/** An update in mid-search gave the stage another meaning: the trials so far belong to another study, and would not compare. */
async function refuseUpdate({ house: { db } }: Engine, { runId, stageId, title }: StageOrder): Promise<null> {
  const message = `Stageline was updated while ${title} searched, and its trials so far no longer compare. Run again.`
  await advanceStage(db, { runId, stageId, event: 'crash', change: { error: { code: 'crashed', message, hint: {} } } })
  return null
}

/** Proposes what may be proposed now. Null after a failure that was written down, such as a grid that is too large. */
async function decide(
  { house: { db, log } }: Engine,
  { id: stageRunId, runId, stageId }: StageRunRow,
  { key, space, settings }: Study,
): Promise<{ trials: TrialRow[]; isOver: boolean } | null> {
  await removeLostTrials(db, key)
  const read = async () => trialsInBudget(space, settings, await listTrials(db, key))
  const trials = await read()
  const isTimeUp = settings.minutes !== null && (await searchSeconds(db, { study: key, stageRunId })) >= settings.minutes * 60
  // Another search of the study may have more time: it is not waited for.
  if (isTimeUp) return { trials, isOver: trials.every((trial) => trial.status !== 'running' || trial.stageRunId !== stageRunId) }
  try {
    const { start, isDone } = nextTrials(space, settings, trials)
    await proposeTrials(db, { study: key, stageRunId, proposals: start })
    return { trials: start.length > 0 ? await read() : trials, isOver: isDone }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    log.debug({ err: error, runId, stageId }, 'a search cannot go on')
    await advanceStage(db, { runId, stageId, event: 'fail', change: { error: toErrorRecord(error, randomUUID()) } })
    return null
  }
}

/** "12 of 50, best 0.913". */
function progressOf({ settings }: Study, trials: readonly TrialRow[]) {
  const done = trials.filter(({ status }) => status !== 'running').length
  const best = bestTrial(trials, settings.direction)
  const score = best && meanScore(best)
  const total = Math.max(settings.trials, trials.length)
  const doing = `${done} of ${total}${score === null ? '' : `, best ${formatFigure(score)}`}`
  return { done, total, doing }
}

/** A trial whose durable workflow ended without a word (its worker was lost too often, or met a bug) must not be waited for. */
async function buryDead({ house: { db, log } }: Engine, order: StageOrder, { key }: Study, mine: readonly TrialRow[]): Promise<void> {
  const { runId, stageId } = order
  const running = mine.filter(({ status }) => status === 'running')
  const ids = new Map(running.map((trial) => [trialWorkflowId(runId, stageId, trial.number), trial]))
  for (const id of await listEndedBadly(db, [...ids.keys()])) {
    const { number, stageRunId } = ids.get(id) ?? {}
    if (number === undefined || !stageRunId) continue
    const message = 'The engine gave up on this trial: its worker was lost too often. The log of the worker says more.'
    await endTrial(db, { study: key, number, stageRunId, status: 'failed', seconds: null, error: { code: 'crashed', message, hint: {} } })
    log.error({ runId, stageId, trial: number }, 'the durable workflow of a trial ended without a result')
  }
}
