import { and, count, desc, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import type { Db } from '#db/client'
import { outcomes } from '#db/schema/outcomes'
import { predictions } from '#db/schema/predictions'

export type NewOutcome = typeof outcomes.$inferInsert & { receivedAt: Date }

const rowsPerInsert = 500

/**
 * Writes outcomes. Of one prediction and name the newest stays, by when it became known and then by when it was received, in
 * whatever order and however often they come.
 */
export async function upsertOutcomes(tx: Db, reported: readonly NewOutcome[]): Promise<void> {
  const rows = newestOf(reported)
  for (let from = 0; from < rows.length; from += rowsPerInsert) {
    await tx
      .insert(outcomes)
      .values(rows.slice(from, from + rowsPerInsert))
      .onConflictDoUpdate({
        target: [outcomes.deploymentId, outcomes.predictionId, outcomes.name],
        set: {
          label: sql`excluded.label`,
          value: sql`excluded.value`,
          at: sql`excluded.at`,
          receivedAt: sql`excluded.received_at`,
        },
        setWhere: sql`(excluded.at, excluded.received_at) > (${outcomes.at}, ${outcomes.receivedAt})`,
      })
  }
}

/** One row per key, since one statement may not change a row twice, in a fixed order, so that two batches never lock each other out. */
function newestOf(reported: readonly NewOutcome[]): NewOutcome[] {
  const byKey = new Map<string, NewOutcome>()
  for (const row of reported) {
    const key = `${row.deploymentId} ${row.predictionId} ${row.name}`
    const known = byKey.get(key)
    if (!known || row.at > known.at || (row.at.getTime() === known.at.getTime() && row.receivedAt > known.receivedAt)) byKey.set(key, row)
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

export type OutcomesFilter = {
  deploymentId: string
  /** Of predictions that were made in [fromMs, toMs). */
  fromMs: number
  toMs: number
  versionIds?: readonly string[] | undefined
  /** Only of this release. */
  release?: number | undefined
  includesTest: boolean
  /** Only what shadows answered; without it, only what callers got. */
  shadow?: boolean
}

/** Sums over the outcomes of one version, release and name; `isFallback` when another answered in its place. */
export type OutcomeSum = {
  versionId: string
  release: number
  isFallback: boolean
  name: string
  n: number
  /** Of `truth` of classes: how many answers were right. */
  correct: number
  /** Of numbers (a business figure, or the true number): sum, and sum of squares. */
  sum: number
  squares: number
  /** Of `truth` of numbers: how many, and the sum of what the answers were off by. */
  measured: number
  absoluteError: number
}

/** An outcome may be a little older than its prediction by another machine's clock, and is received after it. */
const earlierMs = 3_600_000

/** What outcomes say of the predictions of a stretch of time. Its cost is that of the outcomes, not of the predictions. */
export async function sumOutcomes(db: Db, filter: OutcomesFilter): Promise<OutcomeSum[]> {
  const isFallback = sql<boolean>`${predictions.fallback} is not null`
  return db
    .select({
      versionId: predictions.versionId,
      release: predictions.release,
      isFallback,
      name: outcomes.name,
      n: count(),
      correct: sql<number>`(count(*) filter (where ${outcomes.label} = ${predictions.label}))::int`,
      sum: sql<number>`coalesce(sum(${outcomes.value}), 0)`,
      squares: sql<number>`coalesce(sum(${outcomes.value} * ${outcomes.value}), 0)`,
      measured: sql<number>`count(${outcomes.value} - ${predictions.value})::int`,
      absoluteError: sql<number>`coalesce(sum(abs(${outcomes.value} - ${predictions.value})), 0)`,
    })
    .from(outcomes)
    .innerJoin(predictions, and(eq(predictions.id, outcomes.predictionId), eq(predictions.deploymentId, outcomes.deploymentId)))
    .where(
      and(
        eq(outcomes.deploymentId, filter.deploymentId),
        gte(outcomes.receivedAt, new Date(filter.fromMs - earlierMs)),
        gte(predictions.at, new Date(filter.fromMs)),
        lt(predictions.at, new Date(filter.toMs)),
        filter.versionIds ? inArray(predictions.versionId, [...filter.versionIds]) : undefined,
        filter.release === undefined ? undefined : eq(predictions.release, filter.release),
        filter.includesTest ? undefined : eq(predictions.test, false),
        eq(predictions.shadow, filter.shadow ?? false),
      ),
    )
    .groupBy(predictions.versionId, predictions.release, isFallback, outcomes.name)
}

/** The newest outcomes of a deployment with what was answered; without a prediction while that has not come yet. */
export async function listOutcomes(db: Db, { deploymentId, limit }: { deploymentId: string; limit: number }) {
  return db
    .select({
      predictionId: outcomes.predictionId,
      name: outcomes.name,
      label: outcomes.label,
      value: outcomes.value,
      at: outcomes.at,
      receivedAt: outcomes.receivedAt,
      predicted: { label: predictions.label, value: predictions.value, versionId: predictions.versionId, at: predictions.at },
    })
    .from(outcomes)
    .leftJoin(predictions, and(eq(predictions.id, outcomes.predictionId), eq(predictions.deploymentId, outcomes.deploymentId)))
    .where(eq(outcomes.deploymentId, deploymentId))
    .orderBy(desc(outcomes.receivedAt), outcomes.predictionId, outcomes.name)
    .limit(limit)
}
