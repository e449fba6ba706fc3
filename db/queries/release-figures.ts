import { and, eq, gte, inArray, type SQL, sql } from 'drizzle-orm'
import type { Rollup } from '#core/monitor/rollup'
import type { Db } from '#db/client'
import { rollupHours } from '#db/schema/rollup-hours'
import { rollups } from '#db/schema/rollups'

/** What one version did under one release. */
export type ReleaseFigures = {
  release: number
  versionId: string
  shadow: boolean
  requests: number
  rows: number
  errors: number
  lowConfidence: number
  confidenceSum: number
  /** Rows that have a confidence. */
  confidenceRows: number
  compared: number
  disagreed: number
  latency: number[]
}

/** Sums over all that releases served, test traffic included, added up in the database: a release may be in force for years. */
export async function sumByRelease(
  db: Db,
  { deploymentId, releases, since }: { deploymentId: string; releases: readonly number[]; since: Date },
): Promise<ReleaseFigures[]> {
  if (releases.length === 0) return []
  const key = { release: rollupHours.release, versionId: rollupHours.versionId, shadow: rollupHours.shadow }
  const figure = (name: keyof Rollup): SQL<number> =>
    sql<number>`coalesce(sum((${rollupHours.figures}->>${name})::bigint), 0)`.mapWith(Number)
  const where = and(
    eq(rollupHours.deploymentId, deploymentId),
    gte(rollupHours.minute, hourOf(since)),
    inArray(rollupHours.release, [...releases]),
  )
  const by = [key.release, key.versionId, key.shadow]
  const [sums, bins] = [
    await db
      .select({
        ...key,
        requests: figure('requests'),
        rows: figure('rows'),
        errors: figure('errors'),
        lowConfidence: figure('lowConfidence'),
        confidenceSum: figure('confidenceSum'),
        confidenceRows:
          sql<number>`coalesce(sum((select sum(n::bigint) from jsonb_array_elements_text(${rollupHours.figures}->'confidence') n)), 0)`.mapWith(
            Number,
          ),
        compared: figure('compared'),
        disagreed: figure('disagreed'),
      })
      .from(rollupHours)
      .where(where)
      .groupBy(...by),
    await db
      .select({ ...key, bin: sql<number>`bin`.mapWith(Number), n: sql<number>`sum(n::bigint)`.mapWith(Number) })
      .from(rollupHours)
      .innerJoin(sql`lateral jsonb_array_elements_text(${rollupHours.figures}->'latency') with ordinality as bins(n, bin)`, sql`n <> '0'`)
      .where(where)
      .groupBy(...by, sql`bin`),
  ]
  return sums.map((sum) => {
    const latency: number[] = []
    for (const { release, versionId, shadow, bin, n } of bins) {
      if (release === sum.release && versionId === sum.versionId && shadow === sum.shadow) latency[bin - 1] = n
    }
    return { ...sum, latency: Array.from(latency, (n) => n ?? 0) }
  })
}

/** One stretch of the traffic of a version: without the columns, which no comparison of two arms reads. */
export type ArmRow = { release: number; versionId: string; shadow: boolean; figures: Rollup }

export type ArmRowsFilter = {
  deploymentId: string
  versionIds: readonly string[]
  fromRelease: number
  toRelease: number
  fromMs: number
  /** Up to this moment; open without it. */
  toMs?: number
  /** Hours are sixty times fewer rows; minutes are for stretches that begin and end within an hour. */
  source: 'minute' | 'hour'
}

/** The roll-ups of two arms under a stretch of releases, test traffic and shadows included. */
export async function listArmRows(db: Db, filter: ArmRowsFilter): Promise<ArmRow[]> {
  const table = filter.source === 'hour' ? rollupHours : rollups
  const from = filter.source === 'hour' ? hourOf(new Date(filter.fromMs)) : new Date(filter.fromMs)
  return db
    .select({
      release: table.release,
      versionId: table.versionId,
      shadow: table.shadow,
      figures: sql<Rollup>`${table.figures} || '{"columns":{}}'::jsonb`,
    })
    .from(table)
    .where(
      and(
        eq(table.deploymentId, filter.deploymentId),
        gte(table.minute, from),
        filter.toMs === undefined ? undefined : sql`${table.minute} < ${new Date(filter.toMs)}`,
        inArray(table.versionId, [...filter.versionIds]),
        gte(table.release, filter.fromRelease),
        sql`${table.release} <= ${filter.toRelease}`,
      ),
    )
}

const hourMs = 3_600_000
const hourOf = (at: Date) => new Date(Math.floor(at.getTime() / hourMs) * hourMs)

/** Requests and failures by minute, of all deployments or one: what lists and their sparklines need, without the figures. */
export async function listMinuteCounts(db: Db, { since }: { since: Date }) {
  const count = (name: 'requests' | 'errors') => sql<number>`sum((${rollups.figures}->>${name})::int)`.mapWith(Number)
  return db
    .select({ deploymentId: rollups.deploymentId, minute: rollups.minute, requests: count('requests'), errors: count('errors') })
    .from(rollups)
    .where(and(gte(rollups.minute, since), eq(rollups.shadow, false)))
    .groupBy(rollups.deploymentId, rollups.minute)
}
