import { desc, eq, sql } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import { deploymentSettingsSchema } from '#core/releases/deployment-settings'
import type { NextRelease } from '#core/releases/next-release'
import { releaseSettingsSchema, versionsOf } from '#core/releases/settings'
import type { Db } from '#db/client'
import { deployments } from '#db/schema/deployments'
import { modelVersions } from '#db/schema/model-versions'
import { models } from '#db/schema/models'
import { releases } from '#db/schema/releases'
import { users } from '#db/schema/users'

export type Release = typeof releases.$inferSelect

/** All releases of a deployment with who made them, newest first. */
export async function listReleases(db: Db, deploymentId: string) {
  const rows = await db
    .select({ release: releases, by: users.name })
    .from(releases)
    .leftJoin(users, eq(users.id, releases.createdBy))
    .where(eq(releases.deploymentId, deploymentId))
    .orderBy(desc(releases.number))
  return rows.map(({ release, by }) => ({ ...release, settings: releaseSettingsSchema.parse(release.settings), by }))
}

export type NewRelease = NextRelease & {
  deploymentId: string
  number: number
  rolloutId: string | null
  reason: string
  createdBy: string | null
  createdAt: Date
}

/** Writes a release and tells the gateways, in the caller's transaction. */
export async function createRelease(tx: Db, input: NewRelease): Promise<Release> {
  const [row] = await tx
    .insert(releases)
    .values({ ...input, routes: [...input.routes] })
    .returning()
  if (!row) throw new AppError('bug')
  await tx.execute(sql`select pg_notify('release_changed', ${input.deploymentId})`)
  return row
}

/** What every deployment serves now, as gateways need it: the newest release of each, with the model files of all versions that it names. */
export async function listLiveReleases(db: Db) {
  const rows = await db
    .selectDistinctOn([releases.deploymentId], {
      deploymentId: releases.deploymentId,
      deployment: deployments.name,
      number: releases.number,
      routes: releases.routes,
      lowConfidence: releases.lowConfidence,
      settings: releases.settings,
      deploymentSettings: deployments.settings,
    })
    .from(releases)
    .innerJoin(deployments, eq(deployments.id, releases.deploymentId))
    .where(sql`${deployments.archivedAt} is null`)
    .orderBy(releases.deploymentId, desc(releases.number))
  const live = rows.map((row) => ({
    ...row,
    settings: releaseSettingsSchema.parse(row.settings),
    deploymentSettings: deploymentSettingsSchema.parse(row.deploymentSettings),
  }))
  const ids = [...new Set(live.flatMap(versionsOf))]
  const versions =
    ids.length === 0
      ? []
      : await db
          .select({
            id: modelVersions.id,
            number: modelVersions.number,
            model: models.name,
            artifact: modelVersions.artifact,
            origin: modelVersions.origin,
          })
          .from(modelVersions)
          .innerJoin(models, eq(models.id, modelVersions.modelId))
          .where(sql`${modelVersions.id} in ${ids}`)
  return { live, versions }
}
