import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Db } from '#db/client'
import { dataSetVersions } from '#db/schema/data-set-versions'
import { dataSets } from '#db/schema/data-sets'
import { users } from '#db/schema/users'
import { workflowVersions } from '#db/schema/workflow-versions'
import { workflows } from '#db/schema/workflows'

export type DataSet = typeof dataSets.$inferSelect
export type DataSetVersion = typeof dataSetVersions.$inferSelect

/** All data sets that are not deleted, the newest upload first, each with its newest version. */
export async function listDataSets(db: Db) {
  return db
    .selectDistinctOn([dataSets.id], { set: dataSets, version: dataSetVersions, owner: users.name })
    .from(dataSets)
    .innerJoin(dataSetVersions, eq(dataSetVersions.dataSetId, dataSets.id))
    .leftJoin(users, eq(users.id, dataSets.ownerId))
    .where(isNull(dataSets.deletedAt))
    .orderBy(dataSets.id, desc(dataSetVersions.number))
}

export async function getDataSet(db: Db, id: string): Promise<DataSet> {
  const [set] = await db
    .select()
    .from(dataSets)
    .where(and(eq(dataSets.id, id), isNull(dataSets.deletedAt)))
  if (!set) throw new AppError('not_found', { detail: 'This data set does not exist any more. Open Data to see those that do.' })
  return set
}

export async function findDataSetByName(db: Db, name: string): Promise<DataSet | null> {
  const [set] = await db
    .select()
    .from(dataSets)
    .where(and(eq(dataSets.name, name), isNull(dataSets.deletedAt)))
  return set ?? null
}

/** Versions of a data set, the newest first. */
export async function listDataSetVersions(db: Db, dataSetId: string): Promise<DataSetVersion[]> {
  return db.select().from(dataSetVersions).where(eq(dataSetVersions.dataSetId, dataSetId)).orderBy(desc(dataSetVersions.number))
}

export async function getDataSetVersion(db: Db, id: string): Promise<DataSetVersion> {
  const [version] = await db.select().from(dataSetVersions).where(eq(dataSetVersions.id, id))
  if (!version) throw new AppError('not_found', { detail: 'This version of the data set does not exist any more.' })
  return version
}

export type NewVersion = { fileName: string; source: string; sourceBytes: number; createdBy: string | null }

/**
 * The version of these bytes, and whether it is new: the same bytes are the same version. The row of the data set is
 * locked, so that two uploads at once get two numbers.
 */
export async function createDataSetVersion(
  db: Db,
  dataSetId: string,
  input: NewVersion,
): Promise<{ version: DataSetVersion; isNew: boolean }> {
  await db.execute(sql`select 1 from ${dataSets} where ${dataSets.id} = ${dataSetId} for update`)
  const versions = await listDataSetVersions(db, dataSetId)
  const same = versions.find(({ source, status }) => source === input.source && status !== 'failed')
  if (same) return { version: same, isNew: false }
  const [version] = await db
    .insert(dataSetVersions)
    .values({ ...input, dataSetId, number: (versions[0]?.number ?? 0) + 1 })
    .returning()
  if (!version) throw new AppError('bug')
  return { version, isNew: true }
}

/** Makes a data set; a taken name gets a number behind it. */
export async function createDataSet(db: Db, { name, ownerId }: { name: string; ownerId: string | null }): Promise<DataSet> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtext('data set names'))`)
  const taken = new Set((await db.select({ name: dataSets.name }).from(dataSets)).map((row) => row.name))
  let free = name
  for (let count = 2; taken.has(free); count += 1) free = `${name} ${count}`
  const [set] = await db.insert(dataSets).values({ name: free, ownerId }).returning()
  if (!set) throw new AppError('bug')
  return set
}

export async function updateDataSetVersion(db: Db, id: string, change: Partial<DataSetVersion>): Promise<void> {
  await db.update(dataSetVersions).set(change).where(eq(dataSetVersions.id, id))
}

export async function renameDataSet(db: Db, id: string, name: string): Promise<void> {
  const taken = await db.select({ id: dataSets.id }).from(dataSets).where(eq(dataSets.name, name))
  if (taken.some((row) => row.id !== id))
    throw new AppError('conflict', { detail: `There is already a data set "${name}". Choose another name.` })
  await db.update(dataSets).set({ name }).where(eq(dataSets.id, id))
}

/** Hides the data set and frees its name; its files stay, so that old runs and models can be verified. */
export async function removeDataSet(db: Db, id: string, now: Date): Promise<void> {
  await db
    .update(dataSets)
    .set({ deletedAt: now, name: sql`${dataSets.name} || ' (deleted ' || ${dataSets.id}::text || ')'` })
    .where(eq(dataSets.id, id))
}

/** Workflows whose newest version reads the data set, by its id or name. */
export async function listDataSetUsage(db: Db, { id, name }: { id: string; name: string }): Promise<{ id: string; name: string }[]> {
  const newest = db
    .selectDistinctOn([workflowVersions.workflowId], { workflowId: workflowVersions.workflowId, graph: workflowVersions.graph })
    .from(workflowVersions)
    .orderBy(workflowVersions.workflowId, desc(workflowVersions.number))
    .as('newest')
  return db
    .select({ id: workflows.id, name: workflows.name })
    .from(workflows)
    .innerJoin(newest, eq(newest.workflowId, workflows.id))
    .where(
      and(
        isNull(workflows.archivedAt),
        sql`exists (select 1 from jsonb_array_elements(${newest.graph}->'stages') s where s->'params'->'data'->>'dataSet' in (${id}, ${name}))`,
      ),
    )
    .orderBy(asc(workflows.name))
}
