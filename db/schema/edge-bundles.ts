import { index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at, id } from './columns'
import { deployments } from './deployments'
import { users } from './users'

/** A deployment's model handed out, to answer elsewhere: its files as artifacts, by their place in the bundle. Never changed; the newest is the published one. */
export const edgeBundles = pgTable(
  'edge_bundles',
  {
    id: id(),
    deploymentId: uuid('deployment_id')
      .notNull()
      .references(() => deployments.id, { onDelete: 'cascade' }),
    versionId: uuid('version_id').notNull(),
    release: integer('release').notNull(),
    files: jsonb('files').$type<Record<string, { artifact: string; bytes: number }>>().notNull(),
    reason: text('reason').notNull().default(''),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [index('edge_bundles_deployment_idx').on(t.deploymentId, t.createdAt)],
)
