import { type AuditActor, writeAudit } from '#db/queries/audit'
import { getModelVersion } from '#db/queries/model-versions'
import type { House } from '#server/house'
import { submitting } from './submit'

/** Orders a registered model to be trained again from its stored artifacts; a worker does it and compares the hashes. */
export async function submitVerification(
  house: House,
  { model, version, actor, createdBy }: { model: string; version: number; actor: AuditActor; createdBy: string | null },
): Promise<{ id: string }> {
  await getModelVersion(house.db, { model, number: version })
  return submitting(house, async (tx, submit) => {
    const job = await submit.job({ kind: 'verify-model', subject: `${model}@${version}`, input: { model, version }, createdBy })
    await writeAudit(tx, { actor, action: 'model.verify', object: 'model', objectId: `${model}@${version}`, after: { job: job.id } })
    return job
  })
}
