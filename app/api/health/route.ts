import { sql } from 'drizzle-orm'
import { webHouse } from '#server/web-house'

export const dynamic = 'force-dynamic'

/** 200 when this process can answer and reach its database; load balancers and the supervisor ask it. */
export async function GET(): Promise<Response> {
  try {
    await webHouse().db.execute(sql`select 1`)
    return Response.json({ ok: true })
  } catch (err) {
    webHouse().log.warn({ err }, 'the health check failed')
    return Response.json({ ok: false, message: 'The database does not answer.' }, { status: 503 })
  }
}
