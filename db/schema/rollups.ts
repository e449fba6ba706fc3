import { boolean, integer, jsonb, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core'
import type { Rollup } from '#core/monitor/rollup'
import { at } from './columns'

/** Mergeable figures of one minute, deployment, model version and kind of traffic. */
export const rollups = pgTable(
  'rollups',
  {
    deploymentId: uuid('deployment_id').notNull(),
    versionId: uuid('version_id').notNull(),
    minute: at('minute').notNull(),
    /** Number of the release that sent the traffic there; 0 in rows of earlier versions. */
    release: integer('release').notNull().default(0),
    test: boolean('test').notNull().default(false),
    /** Copies of requests whose answers were discarded. */
    shadow: boolean('shadow').notNull().default(false),
    figures: jsonb('figures').$type<Rollup>().notNull(),
  },
  (t) => [primaryKey({ name: 'rollups_pk', columns: [t.deploymentId, t.minute, t.versionId, t.release, t.test, t.shadow] })],
)
