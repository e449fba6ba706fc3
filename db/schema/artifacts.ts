import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns'

/** An immutable file in the artifact store, addressed by the sha256 of its bytes. */
export const artifacts = pgTable('artifacts', {
  hash: text('hash').primaryKey(),
  bytes: bigint('bytes', { mode: 'number' }).notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
})
