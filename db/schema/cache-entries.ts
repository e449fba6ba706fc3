import { integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { PortValue } from '#core/ports/kinds'
import { at } from './columns'

/** Stage key -> outputs. May be emptied at any time: the next run works again. */
export const cacheEntries = pgTable('cache_entries', {
  key: text('key').primaryKey(),
  outputs: jsonb('outputs').$type<Record<string, PortValue>>().notNull(),
  figure: jsonb('figure').$type<{ value: number | string; label: string }>(),
  durationMs: integer('duration_ms').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
  usedAt: at('used_at').notNull().defaultNow(),
})
