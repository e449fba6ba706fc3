import { bigserial, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns'

/** Who changed what; written in the transaction of the change. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    at: at('at').notNull().defaultNow(),
    /** User id, or `system`, `cli`. */
    actor: text('actor').notNull(),
    actorName: text('actor_name').notNull(),
    role: text('role').notNull(),
    /** noun.verb, for example `release.rollback`. */
    action: text('action').notNull(),
    object: text('object').notNull(),
    objectId: text('object_id').notNull(),
    before: jsonb('before'),
    after: jsonb('after'),
    reason: text('reason').notNull().default(''),
  },
  (t) => [index('audit_entries_object_idx').on(t.object, t.objectId), index('audit_entries_at_idx').on(t.at)],
)
