import { doublePrecision, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { type KeyAction, keyPriorities } from '#core/keys/key-actions'
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
  /** What it may do; null for all. */
  actions: jsonb('actions').$type<KeyAction[]>(),
  /** Requests a second on average, and at once, on each gateway; null for no limit. */
  ratePerSecond: doublePrecision('rate_per_second'),
  burst: integer('burst'),
  /** Rows a day (UTC) over all gateways; null for no limit. */
  rowsPerDay: integer('rows_per_day'),
  /** Requests of low priority are shed first when a gateway has too many. */
  priority: text('priority', { enum: keyPriorities }).notNull().default('normal'),
  expiresAt: at('expires_at'),
  /** The key that takes its place, while both are in force. */
  replacedBy: uuid('replaced_by'),
  createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
  createdAt: at('created_at').notNull().defaultNow(),
  lastUsedAt: at('last_used_at'),
  revokedAt: at('revoked_at'),
})
