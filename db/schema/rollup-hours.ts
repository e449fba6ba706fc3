import { boolean, integer, jsonb, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core'
import type { Rollup } from '#core/monitor/rollup'
import { at } from './columns'

/** The same figures as `rollups`, summed by the hour in the same transaction: what ranges of days are read from. */
export const rollupHours = pgTable(
  'rollup_hours',
  {
    deploymentId: uuid('deployment_id').notNull(),
    versionId: uuid('version_id').notNull(),
    /** The first minute of the hour, UTC. */
    minute: at('minute').notNull(),
    /** Number of the release that sent the traffic there; 0 in rows of earlier versions. */
    release: integer('release').notNull().default(0),
    test: boolean('test').notNull().default(false),
    /** Copies of requests whose answers were discarded. */
    shadow: boolean('shadow').notNull().default(false),
    figures: jsonb('figures').$type<Rollup>().notNull(),
  },
  (t) => [primaryKey({ name: 'rollup_hours_pk', columns: [t.deploymentId, t.minute, t.versionId, t.release, t.test, t.shadow] })],
)
