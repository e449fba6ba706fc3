import { and, asc, count, desc, eq, inArray, isNull, max, sql } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { DeploymentSettings } from '#core/releases/deployment-settings'
import type { Db } from '#db/client'
import { deployments } from '#db/schema/deployments'
import { modelVersions } from '#db/schema/model-versions'
import { models } from '#db/schema/models'
import { releases } from '#db/schema/releases'
import { users } from '#db/schema/users'

export type Deployment = typeof deployments.$inferSelect

export async function findDeployment(db: Db, name: string): Promise<Deployment | null> {
  const [row] = await db.select().from(deployments).where(eq(deployments.name, name))
  return row ?? null
}

export async function getDeployment(db: Db, name: string): Promise<Deployment> {
  const row = await findDeployment(db, name)
  if (!row) throw new AppError('not_found', { detail: `There is no deployment called ${name}. The list of deployments shows all names.` })
  return row
}

/**
 * The deployment, made when there is none, locked until the transaction ends: two people who release at once come one
 * after the other, and the second sees what the first did.
 */
export async function lockDeployment(tx: Db, { name, modelId }: { name: string; modelId?: string }): Promise<Deployment> {
  if (modelId) await tx.insert(deployments).values({ name, modelId }).onConflictDoNothing()
  const [row] = await tx.select().from(deployments).where(eq(deployments.name, name)).for('no key update')
  if (!row) throw new AppError('not_found', { detail: `There is no deployment called ${name}. The list of deployments shows all names.` })
  return row
}

/** The deployment locked until the transaction ends; null when it is being changed at this moment. */
export async function tryLockDeployment(tx: Db, id: string): Promise<Deployment | null> {
  const [row] = await tx.select().from(deployments).where(eq(deployments.id, id)).for('no key update', { skipLocked: true })
  return row ?? null
}

/** Writes the settings and tells the gateways, in the caller's transaction. */
export async function setDeploymentSettings(tx: Db, { id, settings }: { id: string; settings: DeploymentSettings }): Promise<void> {
  await tx.update(deployments).set({ settings }).where(eq(deployments.id, id))
  await tx.execute(sql`select pg_notify('release_changed', ${id})`)
}

/** Every deployment with its model and the release in force, by name. */
export async function listDeployments(db: Db) {
  const newest = db
    .select({ deploymentId: releases.deploymentId, number: max(releases.number).as('newest') })
    .from(releases)
    .groupBy(releases.deploymentId)
    .as('newest')
  return db
    .select({
      id: deployments.id,
      name: deployments.name,
      model: models.name,
      number: releases.number,
      kind: releases.kind,
      rollbackOf: releases.rollbackOf,
      routes: releases.routes,
      lowConfidence: releases.lowConfidence,
      settings: releases.settings,
      reason: releases.reason,
      createdAt: deployments.createdAt,
      releasedAt: releases.createdAt,
      releasedBy: users.name,
    })
    .from(deployments)
    .innerJoin(models, eq(models.id, deployments.modelId))
    .innerJoin(newest, eq(newest.deploymentId, deployments.id))
    .innerJoin(releases, and(eq(releases.deploymentId, deployments.id), eq(releases.number, newest.number)))
    .leftJoin(users, eq(users.id, releases.createdBy))
    .where(isNull(deployments.archivedAt))
    .orderBy(asc(deployments.name))
}

/** Model versions by id, as routes name them. */
export async function listVersions(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return []
  return db
    .select({
      id: modelVersions.id,
      number: modelVersions.number,
      modelId: modelVersions.modelId,
      model: models.name,
      artifact: modelVersions.artifact,
      reference: modelVersions.reference,
      signature: modelVersions.signature,
      sample: modelVersions.sample,
    })
    .from(modelVersions)
    .innerJoin(models, eq(models.id, modelVersions.modelId))
    .where(inArray(modelVersions.id, [...ids]))
}

/** One model version with its model's name, or an error that says so. */
export async function getVersion(db: Db, id: string) {
  const [row] = await db
    .select({ version: modelVersions, model: models.name })
    .from(modelVersions)
    .innerJoin(models, eq(models.id, modelVersions.modelId))
    .where(eq(modelVersions.id, id))
  if (!row) throw new AppError('not_found', { detail: 'This model version does not exist any more.' })
  return { ...row.version, model: row.model }
}

/** Number and id of every version of a model, newest first. */
export async function listVersionNumbers(db: Db, modelId: string): Promise<{ id: string; number: number }[]> {
  return db
    .select({ id: modelVersions.id, number: modelVersions.number })
    .from(modelVersions)
    .where(eq(modelVersions.modelId, modelId))
    .orderBy(desc(modelVersions.number))
}

/** The versions of a model among these ids. */
export async function listModelVersionsById(db: Db, { modelId, ids }: { modelId: string; ids: readonly string[] }) {
  if (ids.length === 0) return []
  return db
    .select()
    .from(modelVersions)
    .where(and(eq(modelVersions.modelId, modelId), inArray(modelVersions.id, [...ids])))
}

/** How many model versions there are at all: an empty list of deployments says what to do next. */
export async function countVersions(db: Db): Promise<number> {
  const [row] = await db.select({ n: count() }).from(modelVersions)
  return row?.n ?? 0
}
