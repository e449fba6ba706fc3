import { DBOS } from '@dbos-inc/dbos-sdk'
import { listEndedBadly } from '#db/queries/durable-workflows'
import { advanceStage } from '#db/queries/stage-runs'
import { askPerson, takeAnswer } from './ask-person'
import { type Engine, retryDelayMs } from './engine'
import { type Attempt, attemptStage } from './execute-stage'
import { attemptTrial, type TrialOrder } from './execute-trial'
import { openRun } from './interpret-run'
import { attemptJob } from './jobs/attempt-job'
import { engine as names, stageWorkflowId, trialWorkflowId } from './names'
import { takeSearchTurn } from './run-search'
import type { StageOrder } from './stage-order'

/**
 * The durable workflows. Each step is recorded when it ends, so that another worker can go on behind it; the code
 * between the steps must therefore come to the same decisions from the same recorded results.
 *
 *   run:   turn -> start stages -> turn -> … -> over       (one step a turn; the stages are children)
 *   stage: (ask a person -> wait) -> (search turn -> start trials -> search turn -> …) -> attempt -> (sleep -> attempt)
 *   trial: attempt -> (sleep -> attempt)                    (children of a stage that searches)
 *   job:   attempt -> (sleep -> attempt)
 */
export function registerWorkflows(engine: Engine): void {
  const trial = DBOS.registerWorkflow((order: TrialOrder) => repeat(() => attemptTrial(engine, order)), { name: names.workflows.trial })
  const startTrial = async (order: TrialOrder) => {
    const workflowID = trialWorkflowId(order.order.runId, order.order.stageId, order.number)
    // Always by the queue: all workers share in the trials of a search.
    await DBOS.startWorkflow(trial, { workflowID, queueName: names.queues.stages })(order)
  }
  const stage = DBOS.registerWorkflow((order: StageOrder) => runStageDurably(engine, order, startTrial), { name: names.workflows.stage })

  DBOS.registerWorkflow(
    async (runId: string) => {
      const run = await openRun(engine, runId)
      const begun = new Set<string>()
      for (;;) {
        const { start, over } = await DBOS.runStep(() => run.turn(begun, () => buryDead(engine, runId, begun)), { name: 'turn' })
        await engine.at('turn-taken', start.join(' '))
        for (const stageId of start) {
          const order = await run.orderFor(stageId)
          await DBOS.startWorkflow(stage, { workflowID: stageWorkflowId(runId, stageId), ...placeFor(engine, order) })(order)
          begun.add(stageId)
        }
        if (over) return
      }
    },
    { name: names.workflows.run },
  )

  DBOS.registerWorkflow((jobId: string) => repeat(() => attemptJob(engine, jobId)), { name: names.workflows.job })
}

/** Tries until there is no need to try again, with a longer pause each time. */
async function repeat(attemptOnce: () => Promise<Attempt>): Promise<void> {
  for (;;) {
    const { again, attempt } = await DBOS.runStep(attemptOnce, { name: 'attempt' })
    if (!again) return
    await DBOS.sleep(retryDelayMs(attempt))
  }
}

/**
 * Where a stage runs: at once in this process when a stage process is free, which saves the wait for the queue; else
 * whichever worker is free first takes it from the queue. A stage that asks a person, or waits for the trials of its search,
 * holds no place in either.
 */
function placeFor(engine: Engine, order: StageOrder): { queueName?: string } {
  const spec = engine.findSpec(order.type)
  if (spec?.approval || spec?.search || engine.pool.hasRoom()) return {}
  return { queueName: names.queues.stages }
}

async function runStageDurably(engine: Engine, order: StageOrder, startTrial: (trial: TrialOrder) => Promise<void>): Promise<void> {
  let cache = true
  if (engine.findSpec(order.type)?.approval) {
    const asked = await DBOS.runStep(() => askPerson(engine, order), { name: 'ask' })
    if (!asked) return
    await DBOS.recv<string>(names.answer, { deadlineEpochMS: asked.deadlineMs })
    const answer = await DBOS.runStep(() => takeAnswer(engine, order), { name: 'answer' })
    if (!answer.approved) return
    cache = answer.byPerson
  }
  const workedMs = engine.findSpec(order.type)?.search ? await searchDurably(engine, order, startTrial) : 0
  await repeat(() => attemptStage(engine, order, { cache, workedMs }))
}

/** Starts the trials of a stage until its search is over; milliseconds that its own trials worked. */
async function searchDurably(engine: Engine, order: StageOrder, startTrial: (trial: TrialOrder) => Promise<void>): Promise<number> {
  const begun = new Set<number>()
  for (;;) {
    const { start, over, workedMs } = await DBOS.runStep(() => takeSearchTurn(engine, order, begun), { name: 'search turn' })
    await engine.at('search-turn-taken', start.join(' '))
    for (const number of start) {
      await startTrial({ order, number })
      begun.add(number)
    }
    if (over) return workedMs
  }
}

/** A stage whose durable workflow ended without a word (its worker was lost too often, or met a bug) must not be waited for. */
async function buryDead(engine: Engine, runId: string, begun: ReadonlySet<string>): Promise<void> {
  const { db, log } = engine.house
  const ids = new Map([...begun].map((stageId) => [stageWorkflowId(runId, stageId), stageId]))
  for (const id of await listEndedBadly(db, [...ids.keys()])) {
    const stageId = ids.get(id)
    if (stageId === undefined) continue
    const of = { runId, stageId }
    const message = 'The engine gave up on this stage: its worker was lost too often. Run again; the log of the worker says more.'
    await advanceStage(db, { ...of, event: 'start' })
    const buried = await advanceStage(db, { ...of, event: 'crash', change: { error: { code: 'crashed', message, hint: {} } } })
    if (buried) log.error({ runId, stageId }, 'the durable workflow of a stage ended without a result')
  }
}
