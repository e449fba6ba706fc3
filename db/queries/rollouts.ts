import { and, desc, eq, isNull } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Verdict } from '#core/releases/measured'
import type { Db } from '#db/client'
import { deployments } from '#db/schema/deployments'
import { rollouts } from '#db/schema/rollouts'
import { users } from '#db/schema/users'
import { verdicts } from '#db/schema/verdicts'

export type Rollout = typeof rollouts.$inferSelect
export type NewRollout = Omit<typeof rollouts.$inferInsert, 'id' | 'status' | 'step'> & { id: string }

/** Begins a rollout in the transaction of its first release. A second one of a deployment cannot begin: the index refuses it. */
export async function createRollout(tx: Db, input: NewRollout): Promise<Rollout> {
  const [row] = await tx.insert(rollouts).values(input).returning()
  if (!row) throw new AppError('bug')
  return row
}

/** The rollout under way on a deployment, locked until the transaction ends, or null. Lock the deployment first. */
export async function lockOpenRollout(tx: Db, deploymentId: string): Promise<Rollout | null> {
  const [row] = await tx
    .select()
    .from(rollouts)
    .where(and(eq(rollouts.deploymentId, deploymentId), isNull(rollouts.endedAt)))
    .for('update')
  return row ?? null
}

export type RolloutUpdate = Partial<Pick<Rollout, 'status' | 'step' | 'stepSince' | 'release' | 'sentence' | 'strategy' | 'endedAt'>>

/** Changes a rollout that the caller has locked. One that has ended stays as it is. */
export async function updateRollout(tx: Db, id: string, change: RolloutUpdate): Promise<void> {
  await tx
    .update(rollouts)
    .set(change)
    .where(and(eq(rollouts.id, id), isNull(rollouts.endedAt)))
}

/** Deployments with a rollout under way: what a worker looks at. */
export async function listOpenRollouts(db: Db): Promise<{ deploymentId: string; deployment: string }[]> {
  return db
    .select({ deploymentId: rollouts.deploymentId, deployment: deployments.name })
    .from(rollouts)
    .innerJoin(deployments, eq(deployments.id, rollouts.deploymentId))
    .where(isNull(rollouts.endedAt))
    .orderBy(rollouts.createdAt)
}

/** The newest rollout of a deployment with who began it, or null. */
export async function findNewestRollout(db: Db, deploymentId: string) {
  const [row] = await db
    .select({ rollout: rollouts, by: users.name })
    .from(rollouts)
    .leftJoin(users, eq(users.id, rollouts.createdBy))
    .where(eq(rollouts.deploymentId, deploymentId))
    .orderBy(desc(rollouts.createdAt))
    .limit(1)
  return row ? { ...row.rollout, by: row.by } : null
}

/** Rollouts under way, of all deployments. */
export async function listRolloutsUnderWay(db: Db): Promise<Rollout[]> {
  return db.select().from(rollouts).where(isNull(rollouts.endedAt))
}

/** Verdicts of a rollout, newest first. */
export async function listVerdicts(db: Db, { rolloutId, limit }: { rolloutId: string; limit: number }) {
  return db
    .select({ id: verdicts.id, at: verdicts.at, step: verdicts.step, verdict: verdicts.verdict })
    .from(verdicts)
    .where(eq(verdicts.rolloutId, rolloutId))
    .orderBy(desc(verdicts.id))
    .limit(limit)
}

export async function createVerdict(tx: Db, input: { rolloutId: string; step: number; verdict: Verdict; at: Date }): Promise<void> {
  await tx.insert(verdicts).values(input)
}

/** Puts what the judge says now in the place of what it said a moment ago, when that was the same. */
export async function renewVerdict(tx: Db, { id, verdict, at }: { id: number; verdict: Verdict; at: Date }): Promise<void> {
  await tx.update(verdicts).set({ verdict, at }).where(eq(verdicts.id, id))
}
