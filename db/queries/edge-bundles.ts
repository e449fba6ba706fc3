import { desc, eq } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Db } from '#db/client'
import { deployments } from '#db/schema/deployments'
import { edgeBundles } from '#db/schema/edge-bundles'
import { modelVersions } from '#db/schema/model-versions'
import { users } from '#db/schema/users'

export type EdgeBundle = typeof edgeBundles.$inferSelect

/** The published bundle of a deployment, with the number of its version and who published it; null before the first. */
export async function findEdgeBundle(db: Db, deployment: string) {
  const [row] = await db
    .select({ bundle: edgeBundles, version: modelVersions.number, by: users.name })
    .from(edgeBundles)
    .innerJoin(deployments, eq(deployments.id, edgeBundles.deploymentId))
    .innerJoin(modelVersions, eq(modelVersions.id, edgeBundles.versionId))
    .leftJoin(users, eq(users.id, edgeBundles.createdBy))
    .where(eq(deployments.name, deployment))
    .orderBy(desc(edgeBundles.createdAt))
    .limit(1)
  return row ?? null
}

export async function createEdgeBundle(tx: Db, input: typeof edgeBundles.$inferInsert): Promise<EdgeBundle> {
  const [row] = await tx.insert(edgeBundles).values(input).returning()
  if (!row) throw new AppError('bug')
  return row
}
