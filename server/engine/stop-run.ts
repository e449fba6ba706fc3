import { listApprovals } from '#db/queries/approvals'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { cancelRun, getRun } from '#db/queries/runs'
import type { House } from '#server/house'
import { submitting } from './submit'

/** Ends a run and all its open stages in one transaction, whether a worker is up or not; false when it was over already. */
export async function stopRun(house: House, runId: string, actor: AuditActor): Promise<boolean> {
  return submitting(house, async (tx, submit) => {
    const run = await getRun(tx, runId)
    const waiting = await listApprovals(tx, { runId, open: true, limit: 1000 })
    if (!(await cancelRun(tx, runId))) return false
    // Those who wait for an answer are woken, so that nothing of a cancelled run stays behind for days.
    for (const approval of waiting) await submit.answer(runId, approval.stage, null)
    await writeAudit(tx, {
      actor,
      action: 'run.cancel',
      object: 'run',
      objectId: runId,
      before: { workflow: run.workflow.name, number: run.number, status: run.status },
    })
    return true
  })
}
