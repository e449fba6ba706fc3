import { pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns'

/** Named values that stages and the gateway may read (keys for hashing, later passwords); encrypted with the installation's key. */
export const secrets = pgTable('secrets', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
  createdBy: text('created_by'),
  createdAt: at('created_at').notNull().defaultNow(),
})
