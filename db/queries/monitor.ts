import { and, desc, eq, gte, inArray, lt } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { TrafficRow } from '#core/monitor/traffic'
import type { Db } from '#db/client'
import { deployments } from '#db/schema/deployments'
import { models } from '#db/schema/models'
import { releases } from '#db/schema/releases'
import { rollupHours } from '#db/schema/rollup-hours'
import { rollups } from '#db/schema/rollups'

export type TrafficFilter = {
  deploymentIds: readonly string[]
  fromMs: number
  toMs: number
  source: 'minute' | 'hour'
  /** Only this version. */
  versionId?: string | undefined
  includesTest: boolean
  /** Only what shadows answered; without it, only what callers got. */
  shadow?: boolean
}

/** Stored roll-ups of a stretch of time, one query whatever its length: `hour` reads sixty times fewer rows than `minute`. */
export async function listTraffic(
  db: Db,
  { deploymentIds, fromMs, toMs, source, versionId, includesTest, shadow = false }: TrafficFilter,
): Promise<(TrafficRow & { deploymentId: string; release: number })[]> {
  if (deploymentIds.length === 0) return []
  const table = source === 'hour' ? rollupHours : rollups
  const rows = await db
    .select({
      deploymentId: table.deploymentId,
      versionId: table.versionId,
      minute: table.minute,
      release: table.release,
      test: table.test,
      figures: table.figures,
    })
    .from(table)
    .where(
      and(
        inArray(table.deploymentId, [...deploymentIds]),
        gte(table.minute, new Date(fromMs)),
        lt(table.minute, new Date(toMs)),
        versionId ? eq(table.versionId, versionId) : undefined,
        includesTest ? undefined : eq(table.test, false),
        eq(table.shadow, shadow),
      ),
    )
    .orderBy(table.minute)
  return rows.map(({ minute, ...row }) => ({ ...row, startMs: minute.getTime() }))
}

/** A deployment with the release in force, by name. */
export async function getMonitored(db: Db, name: string) {
  const [row] = await db
    .select({
      id: deployments.id,
      name: deployments.name,
      model: models.name,
      release: releases.number,
      routes: releases.routes,
      lowConfidence: releases.lowConfidence,
    })
    .from(deployments)
    .innerJoin(models, eq(models.id, deployments.modelId))
    .innerJoin(releases, eq(releases.deploymentId, deployments.id))
    .where(eq(deployments.name, name))
    .orderBy(desc(releases.number))
    .limit(1)
  if (!row)
    throw new AppError('not_found', {
      detail: `There is no deployment called ${name}, or nothing was ever released to it. See the list under Monitor.`,
    })
  return row
}
