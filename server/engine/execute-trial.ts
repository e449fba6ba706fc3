import type { ErrorRecord } from '#core/errors/app-error'
import { isFinal } from '#core/runs/status'
import { getStageRun } from '#db/queries/stage-runs'
import { endTrial, findRunningTrial, removeTrial, startTrial, type TrialOf, type TrialRow } from '#db/queries/trials'
import { openCalls } from './calls'
import { type Engine, maxAttempts, timeoutMsOf } from './engine'
import { type Attempt, answering, isPassingFailure, taskOf } from './execute-stage'
import { openStageLogs } from './stage-logs'
import type { StageOrder } from './stage-order'
import type { Outcome } from './stage-process/stage-process'
import { type Study, studyOf } from './stage-work'
import { untilDatabase } from './until-database'
import { watchCancel } from './watch-cancel'

/** Which trial of which stage: the argument of its durable workflow. */
export type TrialOrder = { order: StageOrder; number: number }

/**
 * One try at a trial. May be called again after this worker was lost at any point: a trial that has ended is left alone,
 * and one under way goes on behind the last fold whose score was told.
 */
export async function attemptTrial(engine: Engine, { order, number }: TrialOrder): Promise<Attempt> {
  const { house, workerId } = engine
  const study = studyOf(engine.findSpec, order)
  if (!study) return { again: false, attempt: 0 }
  const stage = await untilDatabase(house.log, () => getStageRun(house.db, order))
  const of = { study: study.key, number, stageRunId: stage.id }
  const row = await untilDatabase(house.log, () => findRunningTrial(house.db, of))
  if (!row) return { again: false, attempt: 0 }
  if (isFinal(stage.status)) {
    await untilDatabase(house.log, () => removeTrial(house.db, of))
    return { again: false, attempt: row.attempt }
  }
  if (row.attempt >= maxAttempts + 2) {
    const message = `The worker of trial ${number + 1} was lost every time; perhaps it needs more memory than the machine has.`
    const error: ErrorRecord = { code: 'crashed', message, hint: {} }
    await untilDatabase(house.log, () => endTrial(house.db, { ...of, status: 'failed', seconds: null, error }))
    return { again: false, attempt: row.attempt }
  }
  if (!(await untilDatabase(house.log, () => startTrial(house.db, { ...of, worker: workerId }))))
    return { again: false, attempt: row.attempt }
  const attempt = row.attempt + 1
  await engine.at('trial-started', String(number))
  const { outcome, wasStopped } = await runInProcess(engine, { order, study, row, stageRunId: stage.id })
  await engine.at('trial-worked', String(number))
  const again = await untilDatabase(house.log, () => finish(engine, of, { outcome, wasStopped, attempt }))
  if (!outcome.ok && outcome.bug) {
    house.log.error({ bugId: outcome.bug.id, stack: outcome.bug.stack, ...of, workerId }, `a trial of stage ${order.title} met a bug`)
  }
  await engine.at('trial-written', String(number))
  return { again, attempt }
}

type Trying = { order: StageOrder; study: Study; row: TrialRow; stageRunId: string }

/** Runs the remaining folds in a stage process. Progress of one trial is not shown: the scores that it tells are. */
async function runInProcess(
  engine: Engine,
  { order, study, row: { number, params, share, scores }, stageRunId }: Trying,
): Promise<{ outcome: Outcome; wasStopped: boolean }> {
  const { house, pool } = engine
  const spec = engine.findSpec(order.type)
  const { runId, stageId, versions } = order
  const calls = openCalls(house, { runId, stageId, versions, search: { study, trial: { number, stageRunId } } })
  let wasStopped = false
  const trialScore: typeof calls.trialScore = async (input) => {
    const answer = await calls.trialScore(input)
    wasStopped = answer.stop
    await engine.at('trial-scored', String(number))
    return answer
  }
  const cancel = watchCancel(engine, { runId, stageRunId })
  const logs = openStageLogs(engine, stageRunId)
  const name = `Trial ${number + 1}`
  try {
    const outcome = await pool.run(
      { ...taskOf(engine, order, spec), title: `${order.title}, trial ${number + 1}`, trial: { params, share, scores } },
      { timeoutMs: spec ? timeoutMsOf(spec) : 60_000 },
      {
        log: (line) => logs.add({ ...line, text: `${name}: ${line.text}` }),
        progress: () => undefined,
        figure: () => undefined,
        call: answering({ ...calls, trialScore }),
      },
      cancel.signal,
    )
    if (!outcome.ok && outcome.error.code !== 'cancelled') {
      logs.add({ level: 'warn', text: `${name} failed: ${outcome.error.message}`, at: Date.now() })
    }
    return { outcome, wasStopped }
  } finally {
    cancel.close()
    await logs.close()
  }
}

/** Writes how a try ended; true when the trial is to be tried once more. */
async function finish(
  { house: { db } }: Engine,
  of: TrialOf,
  { outcome, wasStopped, attempt }: { outcome: Outcome; wasStopped: boolean; attempt: number },
): Promise<boolean> {
  if (outcome.ok) {
    await endTrial(db, { ...of, status: wasStopped ? 'stopped' : 'finished', seconds: outcome.ms / 1000 })
    return false
  }
  if (outcome.error.code === 'cancelled') {
    await removeTrial(db, of)
    return false
  }
  if (isPassingFailure(outcome.error.code) && attempt < maxAttempts) return true
  await endTrial(db, { ...of, status: 'failed', seconds: null, error: outcome.error })
  return false
}
