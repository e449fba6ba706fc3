import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at, id } from './columns'
import { deployments } from './deployments'
import { users } from './users'

/** A change of what a deployment serves that waits for a second person, where the deployment asks for four eyes. */
export const releaseRequests = pgTable(
  'release_requests',
  {
    id: id(),
    deploymentId: uuid('deployment_id')
      .notNull()
      .references(() => deployments.id, { onDelete: 'cascade' }),
    /** The change as its procedure would take it: parsed again when it is approved. */
    change: jsonb('change').$type<Record<string, unknown>>().notNull(),
    /** What it would do, in one sentence. */
    sentence: text('sentence').notNull(),
    reason: text('reason').notNull().default(''),
    status: text('status', { enum: ['waiting', 'approved', 'refused', 'withdrawn'] })
      .notNull()
      .default('waiting'),
    requestedBy: text('requested_by').references(() => users.id, { onDelete: 'set null' }),
    requestedAt: at('requested_at').notNull().defaultNow(),
    decidedBy: text('decided_by').references(() => users.id, { onDelete: 'set null' }),
    decidedAt: at('decided_at'),
    note: text('note').notNull().default(''),
  },
  (t) => [index('release_requests_deployment_idx').on(t.deploymentId, t.requestedAt)],
)
