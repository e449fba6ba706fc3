import { jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { at, id } from './columns'
import { users } from './users'

/** Keys for the gateway. Only the sha256 of the 256-bit secret is kept. */
export const apiKeys = pgTable('api_keys', {
  id: id(),
  name: text('name').notNull(),
  /** First characters, to recognise it. */
  prefix: text('prefix').notNull(),
  hash: text('hash').notNull().unique(),
  /** Deployment names it may call; null for all. */
  deployments: jsonb('deployments').$type<string[]>(),
  createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
  createdAt: at('created_at').notNull().defaultNow(),
  lastUsedAt: at('last_used_at'),
  revokedAt: at('revoked_at'),
})
