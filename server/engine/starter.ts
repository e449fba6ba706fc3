import type { Db } from '#db/client'
import type { AuditActor } from '#db/queries/audit'
import { getRun } from '#db/queries/runs'
import { findUser } from '#db/queries/users'

/** Who started a run; null for the command line and the house itself. */
export async function starterOf(db: Db, runId: string): Promise<AuditActor | null> {
  const { startedBy } = await getRun(db, runId)
  return startedBy ? await findUser(db, startedBy.id) : null
}
