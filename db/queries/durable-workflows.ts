import { sql } from 'drizzle-orm'
import type { Db } from '#db/client'

/** The durable engine's own table, read only: what it does not offer a call for. */

/** Which of these durable workflows ended without a result. */
export async function listEndedBadly(db: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const { rows } = await db.execute<{ id: string }>(sql`
    select workflow_uuid as id from dbos.workflow_status
    where workflow_uuid in (${sql.join(
      ids.map((id) => sql`${id}`),
      sql`, `,
    )}) and status in ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`)
  return rows.map((row) => row.id)
}

/** Executors that hold durable workflows although no living or just silent worker has that id. */
export async function listOrphanedExecutors(db: Db, version: string): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select distinct executor_id as id from dbos.workflow_status
    where status = 'PENDING' and application_version = ${version}
      and executor_id not in (select id from processes where kind = 'worker')`)
  return rows.map((row) => row.id)
}
