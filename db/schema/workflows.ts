import { pgTable, text } from 'drizzle-orm/pg-core'
import { at, id } from './columns'
import { users } from './users'

/** A named graph of stages. What it holds is in its versions; the newest version is the one with the highest number. */
export const workflows = pgTable('workflows', {
  id: id(),
  name: text('name').notNull(),
  description: text('description').notNull().default(''),
  /** The template it was made from, if any. */
  template: text('template'),
  ownerId: text('owner_id').references(() => users.id, { onDelete: 'set null' }),
  createdAt: at('created_at').notNull().defaultNow(),
  updatedAt: at('updated_at').notNull().defaultNow(),
  archivedAt: at('archived_at'),
})
