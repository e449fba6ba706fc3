import { and, desc, eq, ilike, lt, or } from 'drizzle-orm'
import type { Db } from '#db/client'
import { auditEntries } from '#db/schema/audit-entries'

export type AuditActor = { id: string; name: string; role: string }

export type AuditInput = {
  actor: AuditActor
  /** noun.verb */
  action: string
  object: string
  objectId: string
  before?: unknown
  after?: unknown
  reason?: string
}

/** Who did what when nobody is signed in: the durable engine and the supervisor. */
export const systemActor: AuditActor = { id: 'system', name: 'Stageline', role: 'admin' }

/** Writes one line of the audit log. Call it inside the transaction of the change, so that neither is there without the other. */
export async function writeAudit(db: Db, input: AuditInput): Promise<void> {
  await db.insert(auditEntries).values({
    actor: input.actor.id,
    actorName: input.actor.name,
    role: input.actor.role,
    action: input.action,
    object: input.object,
    objectId: input.objectId,
    before: input.before ?? null,
    after: input.after ?? null,
    reason: input.reason ?? '',
  })
}

export type AuditFilter = { search?: string | undefined; object?: string | undefined; beforeId?: number | undefined; limit: number }

/** Newest first, a page at a time. */
export async function listAudit(db: Db, { search, object, beforeId, limit }: AuditFilter) {
  const like = search ? `%${search.replaceAll(/[%_\\]/g, '\\$&')}%` : null
  return db
    .select()
    .from(auditEntries)
    .where(
      and(
        object ? eq(auditEntries.object, object) : undefined,
        beforeId ? lt(auditEntries.id, beforeId) : undefined,
        like ? or(ilike(auditEntries.action, like), ilike(auditEntries.actorName, like), ilike(auditEntries.objectId, like)) : undefined,
      ),
    )
    .orderBy(desc(auditEntries.id))
    .limit(limit)
}
