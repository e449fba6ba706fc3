import { boolean, jsonb, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core'
import type { Rollup } from '#core/monitor/rollup'
import { at } from './columns'

/** Mergeable figures of one minute, deployment, model version and kind of traffic. */
export const rollups = pgTable(
  'rollups',
  {
    deploymentId: uuid('deployment_id').notNull(),
    versionId: uuid('version_id').notNull(),
    minute: at('minute').notNull(),
    test: boolean('test').notNull().default(false),
    figures: jsonb('figures').$type<Rollup>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.deploymentId, t.minute, t.versionId, t.test] })],
)
