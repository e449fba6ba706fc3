import { and, desc, eq, sql } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Db } from '#db/client'
import { modelVersions } from '#db/schema/model-versions'
import { models } from '#db/schema/models'
import { users } from '#db/schema/users'

export type ModelVersion = typeof modelVersions.$inferSelect

/** The version that already holds this .onnx file, if any. */
export async function findVersionByArtifact(
  db: Db,
  { modelId, artifact }: { modelId: string; artifact: string },
): Promise<ModelVersion | null> {
  const [row] = await db
    .select()
    .from(modelVersions)
    .where(and(eq(modelVersions.modelId, modelId), eq(modelVersions.artifact, artifact)))
  return row ?? null
}

/** Adds the next version. The caller holds the lock of the model, so that numbers have no gaps. */
export async function createModelVersion(tx: Db, input: Omit<typeof modelVersions.$inferInsert, 'number'>): Promise<ModelVersion> {
  const [row] = await tx
    .insert(modelVersions)
    .values({
      ...input,
      number: sql`(select coalesce(max(number), 0) + 1 from model_versions where model_id = ${input.modelId})`,
    })
    .returning()
  if (!row) throw new AppError('bug')
  return row
}

/** Adds what a version learned, which was not known when it was registered. */
export async function setVersionState(tx: Db, { id, state }: { id: string; state: string }): Promise<void> {
  await tx.update(modelVersions).set({ state }).where(eq(modelVersions.id, id))
}

/** One version by model name and number, with who registered it. */
export async function getModelVersion(db: Db, { model, number }: { model: string; number: number }) {
  const [row] = await db
    .select({ version: modelVersions, model: models.name, by: users.name })
    .from(modelVersions)
    .innerJoin(models, eq(models.id, modelVersions.modelId))
    .leftJoin(users, eq(users.id, modelVersions.createdBy))
    .where(and(eq(models.name, model), eq(modelVersions.number, number)))
  if (!row) {
    throw new AppError('not_found', { detail: `There is no version ${model}@${number}. The page of the model lists its versions.` })
  }
  return { ...row.version, model: row.model, by: row.by }
}

/** What reports about a version are checked by, or null when there is none of this number. */
export async function findVersionByNumber(db: Db, { model, number }: { model: string; number: number }) {
  const [row] = await db
    .select({
      versionId: modelVersions.id,
      signature: modelVersions.signature,
      classes: modelVersions.classes,
      recipe: modelVersions.recipe,
      reference: modelVersions.reference,
    })
    .from(modelVersions)
    .innerJoin(models, eq(models.id, modelVersions.modelId))
    .where(and(eq(models.name, model), eq(modelVersions.number, number)))
  return row ?? null
}

/** The versions of one model, or of all, newest first, with who registered them. */
export async function listModelVersions(db: Db, modelId?: string) {
  const rows = await db
    .select({ version: modelVersions, by: users.name })
    .from(modelVersions)
    .leftJoin(users, eq(users.id, modelVersions.createdBy))
    .where(modelId === undefined ? undefined : eq(modelVersions.modelId, modelId))
    .orderBy(desc(modelVersions.number))
  return rows.map(({ version, by }) => ({ ...version, by }))
}
