import type { ErrorRecord } from '#core/errors/app-error'
import { parseParams } from '#core/graph/stage-rules'
import { isFinal } from '#core/runs/status'
import { askApproval, decideApproval, findApproval } from '#db/queries/approvals'
import { systemActor, writeAudit } from '#db/queries/audit'
import { advanceStage, getStageRun } from '#db/queries/stage-runs'
import type { Engine } from './engine'
import type { StageOrder } from './stage-order'
import { untilDatabase } from './until-database'

/** Marks an answer that the deadline gave. */
const nobody = 'Nobody answered in time.'

/** Puts the question, and says until when it stands; null when there is nothing to ask any more. */
export async function askPerson(engine: Engine, order: StageOrder): Promise<{ deadlineMs: number } | null> {
  const { house, workerId } = engine
  const { runId, stageId } = order
  const spec = engine.findSpec(order.type)
  if (!spec?.approval) return null
  const { question, role, hours, fallback } = spec.approval(parseParams(spec, { id: stageId, ...order }))
  return untilDatabase(house.log, () =>
    house.db.transaction(async (tx) => {
      const { status } = await getStageRun(tx, { runId, stageId })
      if (isFinal(status)) return null
      const deadline = new Date(Date.now() + hours * 3_600_000)
      const approval = await askApproval(tx, { runId, stageId, question, role, deadline, fallback })
      const change = { worker: workerId, ...(order.key !== null && { key: order.key }) }
      await advanceStage(tx, { runId, stageId, event: 'start', change })
      await advanceStage(tx, { runId, stageId, event: 'wait' })
      return { deadlineMs: approval.deadline.getTime() }
    }),
  )
}

/** What became of the question. Without an answer by the deadline the default decides; a refusal ends the stage with a sentence. */
export async function takeAnswer({ house }: Engine, order: StageOrder): Promise<{ approved: boolean; byPerson: boolean }> {
  const { runId, stageId } = order
  return untilDatabase(house.log, () =>
    house.db.transaction(async (tx) => {
      const { status } = await getStageRun(tx, { runId, stageId })
      if (isFinal(status)) return { approved: false, byPerson: false }
      const asked = await findApproval(tx, { runId, stageId })
      if (!asked) throw new Error(`approval of stage ${stageId} in run ${runId} is gone`)
      if (asked.decision === null) {
        await decideApproval(tx, { id: asked.id, decision: asked.fallback, decidedBy: null, note: nobody })
        await writeAudit(tx, {
          actor: systemActor,
          action: `approval.${asked.fallback}`,
          object: 'approval',
          objectId: asked.id,
          reason: nobody,
        })
      }
      const answer = await findApproval(tx, { runId, stageId })
      const byPerson = answer?.note !== nobody
      if (answer?.decision === 'approve') return { approved: true, byPerson }
      const error: ErrorRecord = { code: 'rejected', message: refusal(order.title, answer), hint: {} }
      await advanceStage(tx, { runId, stageId, event: 'fail', change: { error } })
      return { approved: false, byPerson }
    }),
  )
}

function refusal(title: string, answer: { decidedBy: { name: string } | null; note: string } | null): string {
  if (answer?.note === nobody) return `${title}: nobody answered in time, and the default is to refuse. Run again to ask again.`
  const note = answer?.note ? ` "${answer.note}"` : ''
  return `${title}: ${answer?.decidedBy?.name ?? 'somebody on the command line'} refused.${note} Run again to ask again.`
}
