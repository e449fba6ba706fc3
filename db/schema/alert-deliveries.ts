import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { alerts } from './alerts'
import { at, id } from './columns'

/** A message to a rule's webhook that is to be sent: written with the alert, so that none is lost when a worker dies. */
export const alertDeliveries = pgTable(
  'alert_deliveries',
  {
    id: id(),
    alertId: uuid('alert_id')
      .notNull()
      .references(() => alerts.id, { onDelete: 'cascade' }),
    event: text('event', { enum: ['opened', 'closed'] }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** When to try next; null when it is delivered or given up. */
    nextAt: at('next_at').defaultNow(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [index('alert_deliveries_next_at_idx').on(t.nextAt)],
)
