import { integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns'

/** Who is alive: one row per boot of a web, worker or gateway process, renewed every second. A worker's lease is the ground for taking over its runs. */
export const processes = pgTable('processes', {
  id: text('id').primaryKey(),
  kind: text('kind', { enum: ['web', 'worker', 'gateway'] }).notNull(),
  pid: integer('pid').notNull(),
  host: text('host').notNull(),
  url: text('url'),
  info: jsonb('info').$type<Record<string, unknown>>().notNull().default({}),
  startedAt: at('started_at').notNull().defaultNow(),
  seenAt: at('seen_at').notNull().defaultNow(),
})
