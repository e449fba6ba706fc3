import { and, desc, eq } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Db } from '#db/client'
import { deployments } from '#db/schema/deployments'
import { releaseRequests } from '#db/schema/release-requests'
import { users } from '#db/schema/users'

export type ReleaseRequest = typeof releaseRequests.$inferSelect

export async function createRequest(
  tx: Db,
  input: Pick<ReleaseRequest, 'deploymentId' | 'change' | 'sentence' | 'reason' | 'requestedBy'>,
): Promise<ReleaseRequest> {
  const [row] = await tx.insert(releaseRequests).values(input).returning()
  if (!row) throw new AppError('bug')
  return row
}

/** What waits for a second person on a deployment, newest first. */
export async function listWaitingRequests(db: Db, deploymentId: string) {
  const rows = await db
    .select({ request: releaseRequests, by: users.name })
    .from(releaseRequests)
    .leftJoin(users, eq(users.id, releaseRequests.requestedBy))
    .where(and(eq(releaseRequests.deploymentId, deploymentId), eq(releaseRequests.status, 'waiting')))
    .orderBy(desc(releaseRequests.requestedAt))
  return rows.map(({ request, by }) => ({ ...request, by }))
}

/** One request with the name of its deployment. */
export async function getRequest(db: Db, id: string) {
  const [row] = await db
    .select({ request: releaseRequests, deployment: deployments.name })
    .from(releaseRequests)
    .innerJoin(deployments, eq(deployments.id, releaseRequests.deploymentId))
    .where(eq(releaseRequests.id, id))
  if (!row) throw new AppError('not_found', { detail: 'This request does not exist any more. Reload the page.' })
  return { ...row.request, deployment: row.deployment }
}

/** Decides a request that still waits; false when somebody was first. */
export async function decideRequest(
  tx: Db,
  { id, ...decided }: { id: string; status: 'approved' | 'refused' | 'withdrawn'; decidedBy: string | null; decidedAt: Date; note: string },
): Promise<boolean> {
  const rows = await tx
    .update(releaseRequests)
    .set(decided)
    .where(and(eq(releaseRequests.id, id), eq(releaseRequests.status, 'waiting')))
    .returning({ id: releaseRequests.id })
  return rows.length > 0
}
