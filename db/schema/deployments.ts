import { jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { DeploymentSettings } from '#core/releases/deployment-settings'
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
  /** Parsed by core/releases/deployment-settings, which fills in what is missing. */
  settings: jsonb('settings').$type<Partial<DeploymentSettings>>().notNull().default({}),
  createdAt: at('created_at').notNull().defaultNow(),
  archivedAt: at('archived_at'),
})
