import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns'

/** Batches of the gateway's spool that are in the database: written with their rows, so a batch that is sent again after a crash is recognised. */
export const spoolBatches = pgTable('spool_batches', {
  id: text('id').primaryKey(),
  /** How many lines of the file are in: one that was taken over while it was still written grew. Null means all. */
  lines: integer('lines'),
  at: at('at').notNull().defaultNow(),
})
