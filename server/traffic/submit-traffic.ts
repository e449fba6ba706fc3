import { AppError } from '#core/errors/app-error'
import { parseShift } from '#core/traffic/shift'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { getDeployment, getVersion } from '#db/queries/deployments'
import { listReleases } from '#db/queries/releases'
import { submitting } from '#server/engine/submit'
import type { House } from '#server/house'
import { sendTrafficSchema } from './send-traffic'

export type TrafficOrder = { deployment: string; table: string | null; rate: number; count: number; shifts: string[] }

/** Orders test traffic: a worker replays the rows. Without a table these are the rows that the champion came with. */
export async function submitTraffic(
  house: House,
  { deployment, table, rate, count, shifts }: TrafficOrder,
  actor: AuditActor,
): Promise<{ id: string }> {
  const { id } = await getDeployment(house.db, deployment)
  const [current] = await listReleases(house.db, id)
  const champion = current?.routes[0] ? await getVersion(house.db, current.routes[0].versionId) : null
  if (!champion) throw new AppError('conflict', { detail: `Nothing was released on ${deployment} yet.` })
  for (const shift of shifts) parseShift(shift, champion.signature.inputs)
  const rows = table ?? champion.sample
  if (!rows)
    throw new AppError('bad_input', { detail: `v${champion.number} was registered without sample rows. Choose a data set instead.` })
  const input = sendTrafficSchema.parse({ deployment, table: rows, rate, count, shifts })
  return submitting(house, async (tx, submit) => {
    const job = await submit.job({ kind: 'send-traffic', subject: deployment, input, createdBy: actor.id })
    await writeAudit(tx, {
      actor,
      action: 'deployment.traffic',
      object: 'deployment',
      objectId: deployment,
      after: { rate, count, shifts },
    })
    return job
  })
}
