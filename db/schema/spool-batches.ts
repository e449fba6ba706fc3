import { pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns'

/** Batches of the gateway's spool that are in the database: written with their rows, so a batch that is sent again after a crash is recognised. */
export const spoolBatches = pgTable('spool_batches', {
  id: text('id').primaryKey(),
  at: at('at').notNull().defaultNow(),
})
