import { asc, desc, eq, ilike, sql } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Db } from '#db/client'
import { modelAliases } from '#db/schema/model-aliases'
import { modelVersions } from '#db/schema/model-versions'
import { models } from '#db/schema/models'
import { users } from '#db/schema/users'

export type Model = typeof models.$inferSelect

/** One model by its name. */
export async function getModel(db: Db, name: string): Promise<Model> {
  const [row] = await db.select().from(models).where(eq(models.name, name))
  if (!row) throw new AppError('not_found', { detail: `There is no model called ${name}. The list of models shows all names.` })
  return row
}

/** Every model by name, whose name contains `search`. */
export async function listModels(db: Db, { search = '' }: { search?: string } = {}): Promise<Model[]> {
  return db
    .select()
    .from(models)
    .where(search === '' ? undefined : ilike(models.name, `%${search.replaceAll(/[%_\\]/g, '\\$&')}%`))
    .orderBy(asc(models.name))
}

/** The model, made when there is none, locked until the transaction ends: two registrations at once get two numbers. */
export async function lockModel(tx: Db, name: string): Promise<Model> {
  await tx.insert(models).values({ name }).onConflictDoNothing()
  const [row] = await tx.select().from(models).where(eq(models.name, name)).for('update')
  if (!row) throw new AppError('bug')
  return row
}

/** Where each alias points now; one that was taken away is not in the list. */
export async function listAliases(db: Db, modelId?: string) {
  const newest = db
    .selectDistinctOn([modelAliases.modelId, modelAliases.alias])
    .from(modelAliases)
    .where(modelId === undefined ? undefined : eq(modelAliases.modelId, modelId))
    .orderBy(modelAliases.modelId, modelAliases.alias, desc(modelAliases.id))
    .as('newest')
  return db
    .select({ modelId: newest.modelId, alias: newest.alias, versionId: modelVersions.id, number: modelVersions.number, at: newest.at })
    .from(newest)
    .innerJoin(modelVersions, eq(modelVersions.id, newest.versionId))
    .orderBy(asc(newest.alias))
}

/** Every move of every alias of a model, newest first. */
export async function listAliasHistory(db: Db, modelId: string) {
  return db
    .select({
      id: modelAliases.id,
      alias: modelAliases.alias,
      number: modelVersions.number,
      by: users.name,
      reason: modelAliases.reason,
      at: modelAliases.at,
    })
    .from(modelAliases)
    .leftJoin(modelVersions, eq(modelVersions.id, modelAliases.versionId))
    .leftJoin(users, eq(users.id, modelAliases.setBy))
    .where(eq(modelAliases.modelId, modelId))
    .orderBy(desc(modelAliases.id))
}

/** Adds a row to the history of an alias; null takes the alias away. Nothing is ever changed or removed. */
export async function createAlias(
  tx: Db,
  input: { modelId: string; alias: string; versionId: string | null; setBy: string | null; reason: string },
): Promise<void> {
  await tx.insert(modelAliases).values(input)
}

/** Names of live deployments with the versions that their newest release serves. */
export async function listServed(db: Db): Promise<{ deployment: string; versionId: string; weight: number }[]> {
  const { rows } = await db.execute<{ deployment: string; versionId: string; weight: number }>(sql`
    select d.name as deployment, route ->> 'versionId' as "versionId", (route ->> 'weight')::int as weight
    from deployments d
    join lateral (select routes from releases r where r.deployment_id = d.id order by number desc limit 1) newest on true
    cross join lateral jsonb_array_elements(newest.routes) route
    where d.archived_at is null
    order by d.name`)
  return rows
}
