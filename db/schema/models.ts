import { pgTable, text } from 'drizzle-orm/pg-core'
import { at, id } from './columns'

/** A named line of model versions. */
export const models = pgTable('models', {
  id: id(),
  name: text('name').notNull().unique(),
  description: text('description').notNull().default(''),
  createdAt: at('created_at').notNull().defaultNow(),
})
