import { sql } from 'drizzle-orm'
import type { Db } from '#db/client'

/** The time of the database: what several machines must agree on is measured by it. In a transaction, when that began. */
export async function getTime(db: Db): Promise<Date> {
  const { rows } = await db.execute<{ now: string }>(sql`select (extract(epoch from now()) * 1000)::text as now`)
  return new Date(Math.floor(Number(rows[0]?.now)))
}
