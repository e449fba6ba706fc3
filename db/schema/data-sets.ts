import { pgTable, text } from 'drizzle-orm/pg-core'
import { at, id } from './columns'
import { users } from './users'

/** A named, uploaded table; what it holds is in its versions. */
export const dataSets = pgTable('data_sets', {
  id: id(),
  name: text('name').notNull().unique(),
  description: text('description').notNull().default(''),
  ownerId: text('owner_id').references(() => users.id, { onDelete: 'set null' }),
  createdAt: at('created_at').notNull().defaultNow(),
  deletedAt: at('deleted_at'),
})
