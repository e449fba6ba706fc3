import { AppError } from '#core/errors/app-error'
import { hasRole } from '#core/people/roles'
import { releaseOrderSchema } from '#core/releases/order'
import type { Db } from '#db/client'
import { writeAudit } from '#db/queries/audit'
import { getDeployment } from '#db/queries/deployments'
import { decideRequest, getRequest } from '#db/queries/release-requests'
import type { Actor } from '#server/api/trpc'
import { changeRelease, type Released } from './change-release'
import { knownUser } from './write-release'

/**
 * Four eyes: a change that puts a version into traffic waits as a row until a second person approves it. The row holds the
 * order as it was given, with the release that was in force then: approving gives the order again, and meets a conflict when
 * something else is live by now.
 */

/** Gives the order that somebody else asked for. Nobody approves his own. */
export async function approveRequest(db: Db, { id, note, actor }: { id: string; note: string; actor: Actor }): Promise<Released> {
  return db.transaction(async (tx) => {
    const request = await getRequest(tx, id)
    if (request.requestedBy === actor.id) {
      throw new AppError('forbidden', {
        detail: 'You asked for this release yourself; somebody else must approve it. You may withdraw it.',
      })
    }
    await decide(tx, { request, status: 'approved', note, actor })
    return changeRelease(tx, releaseOrderSchema.parse(request.change), { actor, asked: { by: request.requestedBy } })
  })
}

/** Says no to a request. */
export async function refuseRequest(db: Db, { id, note, actor }: { id: string; note: string; actor: Actor }): Promise<Released> {
  return close(db, { id, status: 'refused', note, actor })
}

/** Takes a request back; an admin may do so for others. */
export async function withdrawRequest(db: Db, { id, note, actor }: { id: string; note: string; actor: Actor }): Promise<Released> {
  return close(db, { id, status: 'withdrawn', note, actor })
}

async function close(
  db: Db,
  { id, status, note, actor }: { id: string; status: 'refused' | 'withdrawn'; note: string; actor: Actor },
): Promise<Released> {
  return db.transaction(async (tx) => {
    const request = await getRequest(tx, id)
    if (status === 'withdrawn' && request.requestedBy !== actor.id && !hasRole(actor.role, 'admin')) {
      throw new AppError('forbidden', { detail: 'Only who asked for a release may withdraw the request; refuse it instead.' })
    }
    await decide(tx, { request, status, note, actor })
    const deployment = await getDeployment(tx, request.deployment)
    const release = Number(request.change.expected ?? 0)
    return { deployment: deployment.name, deploymentId: deployment.id, release, changed: false, request: null }
  })
}

async function decide(
  tx: Db,
  {
    request,
    status,
    note,
    actor,
  }: { request: Awaited<ReturnType<typeof getRequest>>; status: 'approved' | 'refused' | 'withdrawn'; note: string; actor: Actor },
): Promise<void> {
  const decidedBy = await knownUser(tx, actor.id)
  if (!(await decideRequest(tx, { id: request.id, status, decidedBy, decidedAt: new Date(), note }))) {
    throw new AppError('conflict', { detail: 'This request is decided already. Reload the page.' })
  }
  await writeAudit(tx, {
    actor,
    action: `release.request-${status}`,
    object: 'deployment',
    objectId: request.deployment,
    after: { request: request.id, sentence: request.sentence },
    reason: note,
  })
}
