import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import type { ErrorRecord } from '#core/errors/app-error'
import { isFinal, statuses } from '#core/runs/status'
import type { SearchTrial, Trial } from '#core/tune/trial'
import type { Db } from '#db/client'
import { trials } from '#db/schema/trials'

export type TrialRow = typeof trials.$inferSelect

/** Which trial, and for which stage run: one that lost a trial to another changes nothing any more. */
export type TrialOf = { study: string; number: number; stageRunId: string }

/** All trials of a study, in order of their number. */
export async function listTrials(db: Db, study: string): Promise<TrialRow[]> {
  return db.select().from(trials).where(eq(trials.study, study)).orderBy(asc(trials.number))
}

export function toSearchTrial({ number, params, status, scores, share, continues, seconds, error }: TrialRow): SearchTrial {
  return { number, params, status, scores, share, continues, seconds, error: error?.message ?? null }
}

/** A trial that is under way for this stage run; null when it ended, was removed, or is another's by now. */
export async function findRunningTrial(db: Db, of: TrialOf): Promise<TrialRow | null> {
  const [row] = await db
    .select()
    .from(trials)
    .where(and(isOf(of), eq(trials.status, 'running')))
  return row ?? null
}

/** Writes proposals down as running; a number that another stage run was first with stays with that. */
export async function proposeTrials(
  db: Db,
  {
    study,
    stageRunId,
    proposals,
  }: { study: string; stageRunId: string; proposals: readonly Pick<Trial, 'number' | 'params' | 'share' | 'continues'>[] },
): Promise<void> {
  if (proposals.length === 0) return
  await db
    .insert(trials)
    .values(proposals.map(({ number, params, share, continues }) => ({ study, stageRunId, number, params, share, continues })))
    .onConflictDoNothing()
  await notify(db, study)
}

/** Counts one more try, by this worker; false when the trial is no longer this one's to try. */
export async function startTrial(db: Db, { worker, ...of }: TrialOf & { worker: string }): Promise<boolean> {
  return change(db, of, { attempt: sql`${trials.attempt} + 1`, worker })
}

/** Adds the score of fold `fold`, once: the same fold said again changes nothing. */
export async function addTrialScore(db: Db, { fold, score, ...of }: TrialOf & { fold: number; score: number }): Promise<boolean> {
  return change(
    db,
    of,
    { scores: sql`array_append(${trials.scores}, ${score}::double precision)` },
    sql`cardinality(${trials.scores}) = ${fold}`,
  )
}

/** Ends a trial, if it is still under way for this stage run. */
export async function endTrial(
  db: Db,
  {
    status,
    seconds,
    error = null,
    ...of
  }: TrialOf & { status: 'finished' | 'stopped' | 'failed'; seconds: number | null; error?: ErrorRecord | null },
): Promise<boolean> {
  return change(db, of, { status, seconds, error, finishedAt: sql`now()` })
}

/** Leaves nothing of a trial that did not end: it will be proposed again, the same. */
export async function removeTrial(db: Db, of: TrialOf): Promise<void> {
  const gone = await db
    .delete(trials)
    .where(and(isOf(of), eq(trials.status, 'running')))
    .returning({ number: trials.number })
  if (gone.length > 0) await notify(db, of.study)
}

/** The same for all trials of a study whose stage run is over or gone: nobody works on them. */
export async function removeLostTrials(db: Db, study: string): Promise<void> {
  const open = sql.join(
    statuses.filter((status) => !isFinal(status)).map((status) => sql`${status}`),
    sql`, `,
  )
  await db
    .delete(trials)
    .where(
      and(
        eq(trials.study, study),
        eq(trials.status, 'running'),
        sql`not exists (select 1 from stage_runs where stage_runs.id = ${trials.stageRunId} and stage_runs.status in (${open}))`,
      ),
    )
}

/** Seconds since the first trial of this stage run was proposed, by the database's clock; 0 before. */
export async function searchSeconds(db: Db, { study, stageRunId }: { study: string; stageRunId: string }): Promise<number> {
  const [row] = await db
    .select({ seconds: sql<number>`coalesce(extract(epoch from now() - min(${trials.createdAt})), 0)::float8` })
    .from(trials)
    .where(and(eq(trials.study, study), eq(trials.stageRunId, stageRunId)))
  return row?.seconds ?? 0
}

function isOf({ study, number, stageRunId }: TrialOf): SQL | undefined {
  return and(eq(trials.study, study), eq(trials.number, number), eq(trials.stageRunId, stageRunId))
}

async function change(db: Db, of: TrialOf, set: { [C in keyof TrialRow]?: TrialRow[C] | SQL }, only?: SQL): Promise<boolean> {
  const changed = await db
    .update(trials)
    .set(set)
    .where(and(isOf(of), eq(trials.status, 'running'), only))
    .returning({ number: trials.number })
  if (changed.length > 0) await notify(db, of.study)
  return changed.length > 0
}

async function notify(db: Db, study: string): Promise<void> {
  await db.execute(sql`select pg_notify('trials_changed', ${study})`)
}
