import type { ReleaseOrder } from '#core/releases/order'
import { orderSentence } from '#core/releases/order-words'
import { isSameValue } from '#core/releases/same-value'
import type { Db } from '#db/client'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { type Deployment, listVersions } from '#db/queries/deployments'
import { createRequest, listWaitingRequests } from '#db/queries/release-requests'
import type { Rollout } from '#db/queries/rollouts'
import { type History, knownUser } from './write-release'

type Asked = { deployment: Deployment; history: History; order: ReleaseOrder; rollout: Rollout | null; actor: AuditActor }

/** Keeps an order until a second person decides. The same order of the same person twice is one request. */
export async function askForApproval(
  tx: Db,
  { deployment, history, order, rollout, actor }: Asked,
): Promise<{ id: string; sentence: string }> {
  const change = { ...order, expected: history[0]?.number ?? 0 }
  const requestedBy = await knownUser(tx, actor.id)
  const waiting = await listWaitingRequests(tx, deployment.id)
  // Through JSON, as the row has been: a field that is undefined is no field there.
  const same = waiting.find((each) => each.requestedBy === requestedBy && isSameValue(each.change, JSON.parse(JSON.stringify(change))))
  if (same) return { id: same.id, sentence: same.sentence }
  const putForward = order.kind === 'deploy' ? order.versionId : (rollout?.challengerId ?? history[0]?.routes[1]?.versionId)
  const [version] = putForward ? await listVersions(tx, [putForward]) : []
  const sentence = orderSentence(order, version?.number ?? null)
  const request = await createRequest(tx, { deploymentId: deployment.id, change, sentence, reason: order.reason, requestedBy })
  await writeAudit(tx, {
    actor,
    action: 'release.request',
    object: 'deployment',
    objectId: deployment.name,
    after: { request: request.id, change },
    reason: order.reason,
  })
  return { id: request.id, sentence }
}
