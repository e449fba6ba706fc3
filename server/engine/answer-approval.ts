import { AppError } from '#core/errors/app-error'
import { hasRole, type Role } from '#core/people/roles'
import { decideApproval, getApproval } from '#db/queries/approvals'
import { writeAudit } from '#db/queries/audit'
import type { House } from '#server/house'
import { submitting } from './submit'

type Answer = {
  id: string
  decision: 'approve' | 'reject'
  note: string
  actor: { id: string; name: string; role: Role }
  /** User id; null for the command line. */
  decidedBy: string | null
}

/** Answers a question that a run waits on; the answer, its audit line and the wake-up of the run are one transaction. */
export async function answerApproval(house: House, { id, decision, note, actor, decidedBy }: Answer) {
  return submitting(house, async (tx, submit) => {
    const approval = await getApproval(tx, id)
    if (!hasRole(actor.role, approval.role)) {
      throw new AppError('forbidden', {
        detail: `Your role is ${actor.role}; this approval needs ${approval.role} or above. Ask someone who has it.`,
      })
    }
    if (!approval.open || !(await decideApproval(tx, { id, decision, decidedBy, note }))) {
      const who = approval.decidedBy?.name ?? (approval.decision ? 'the deadline' : 'nobody')
      throw new AppError('conflict', {
        detail: approval.decision
          ? `This was answered already: ${approval.decision} by ${who}.`
          : 'The run is over, so that an answer would change nothing. Run again to be asked again.',
      })
    }
    await submit.answer(approval.run.id, approval.stage, decision)
    await writeAudit(tx, {
      actor,
      action: `approval.${decision}`,
      object: 'approval',
      objectId: id,
      after: { workflow: approval.workflow.name, run: approval.run.number, stage: approval.stage, question: approval.question },
      reason: note,
    })
    return getApproval(tx, id)
  })
}
