import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at, id } from './columns'
import { models } from './models'

/** A named endpoint. What it serves is its newest release. */
export const deployments = pgTable('deployments', {
  id: id(),
  /** Part of the URL: /v1/{name}/predict */
  name: text('name').notNull().unique(),
  modelId: uuid('model_id')
    .notNull()
    .references(() => models.id),
  createdAt: at('created_at').notNull().defaultNow(),
  archivedAt: at('archived_at'),
})
