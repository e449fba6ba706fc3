import { DBOS } from '@dbos-inc/dbos-sdk'
import { listEndedBadly } from '#db/queries/durable-workflows'
import { advanceStage } from '#db/queries/stage-runs'
import { askPerson, takeAnswer } from './ask-person'
import { type Engine, retryDelayMs } from './engine'
import { attemptStage } from './execute-stage'
import { openRun } from './interpret-run'
import { attemptJob } from './jobs/attempt-job'
import { engine as names, stageWorkflowId } from './names'
import type { StageOrder } from './stage-order'

/**
 * The durable workflows. Each step is recorded when it ends, so that another worker can go on behind it; the code
 * between the steps must therefore come to the same decisions from the same recorded results.
 *
 *   run:   turn -> start stages -> turn -> … -> over       (one step a turn; the stages are children)
 *   stage: (ask a person -> wait) -> attempt -> (sleep -> attempt)
 *   job:   attempt -> (sleep -> attempt)
 */
export function registerWorkflows(engine: Engine): void {
  const stage = DBOS.registerWorkflow((order: StageOrder) => runStageDurably(engine, order), { name: names.workflows.stage })

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

  DBOS.registerWorkflow(
    async (jobId: string) => {
      for (;;) {
        const { again, attempt } = await DBOS.runStep(() => attemptJob(engine, jobId), { name: 'attempt' })
        if (!again) return
        await DBOS.sleep(retryDelayMs(attempt))
      }
    },
    { name: names.workflows.job },
  )
}

/**
 * Where a stage runs: at once in this process when a stage process is free, which saves the wait for the queue; else
 * whichever worker is free first takes it from the queue. A stage that asks a person holds no place in either.
 */
function placeFor(engine: Engine, order: StageOrder): { queueName?: string } {
  if (engine.findSpec(order.type)?.approval || engine.pool.hasRoom()) return {}
  return { queueName: names.queues.stages }
}

async function runStageDurably(engine: Engine, order: StageOrder): Promise<void> {
  let cache = true
  if (engine.findSpec(order.type)?.approval) {
    const asked = await DBOS.runStep(() => askPerson(engine, order), { name: 'ask' })
    if (!asked) return
    await DBOS.recv<string>(names.answer, { deadlineEpochMS: asked.deadlineMs })
    const answer = await DBOS.runStep(() => takeAnswer(engine, order), { name: 'answer' })
    if (!answer.approved) return
    cache = answer.byPerson
  }
  for (;;) {
    const { again, attempt } = await DBOS.runStep(() => attemptStage(engine, order, { cache }), { name: 'attempt' })
    if (!again) return
    await DBOS.sleep(retryDelayMs(attempt))
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
