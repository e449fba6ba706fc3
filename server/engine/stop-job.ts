import { type AuditActor, writeAudit } from '#db/queries/audit'
import { advanceJob, getJob } from '#db/queries/jobs'
import type { House } from '#server/house'

/** Ends a job, whether a worker has it or not; false when it was over already. */
export async function stopJob(house: House, id: string, actor: AuditActor): Promise<boolean> {
  return house.db.transaction(async (tx) => {
    const { kind, subject } = await getJob(tx, id)
    if (!(await advanceJob(tx, { id, event: 'cancel' }))) return false
    await writeAudit(tx, { actor, action: 'job.cancel', object: 'job', objectId: id, before: { kind, subject } })
    return true
  })
}
