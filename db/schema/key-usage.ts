import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { apiKeys } from './api-keys'
import { at } from './columns'

/** What a key asked for by the hour and deployment: the ground of its quota and of its usage page. Gateways add to it. */
export const keyUsage = pgTable(
  'key_usage',
  {
    keyId: uuid('key_id')
      .notNull()
      .references(() => apiKeys.id, { onDelete: 'cascade' }),
    deployment: text('deployment').notNull(),
    hour: at('hour').notNull(),
    requests: integer('requests').notNull().default(0),
    /** Answered rows. */
    rows: integer('rows').notNull().default(0),
    /** Of the requests: turned away with 429 (rate, quota, too much at once), and failed for anything else. */
    limited: integer('limited').notNull().default(0),
    failed: integer('failed').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.keyId, t.deployment, t.hour] })],
)
