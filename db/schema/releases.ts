import { index, integer, jsonb, pgTable, real, text, unique, uuid } from 'drizzle-orm/pg-core'
import type { ReleaseKind } from '#core/releases/next-release'
import type { Route } from '#core/releases/route'
import type { ReleaseSettings } from '#core/releases/settings'
import { at, id } from './columns'
import { deployments } from './deployments'
import { users } from './users'

/** An immutable revision of what a deployment serves. Nothing is edited: a rollback is a new release equal to an earlier one. */
export const releases = pgTable(
  'releases',
  {
    id: id(),
    deploymentId: uuid('deployment_id')
      .notNull()
      .references(() => deployments.id, { onDelete: 'cascade' }),
    number: integer('number').notNull(),
    routes: jsonb('routes').$type<Route[]>().notNull(),
    /** Below it an answer counts as low confidence. */
    lowConfidence: real('low_confidence').notNull().default(0.6),
    /** Parsed by core/releases/settings, which fills in what is missing. */
    settings: jsonb('settings').$type<Partial<ReleaseSettings>>().notNull().default({}),
    kind: text('kind').$type<ReleaseKind>().notNull(),
    /** The number of the earlier release it equals, for a rollback. */
    rollbackOf: integer('rollback_of'),
    /** The rollout that it is a step of, whether that or a person made it. */
    rolloutId: uuid('rollout_id'),
    reason: text('reason').notNull().default(''),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [unique('releases_number_key').on(t.deploymentId, t.number), index('releases_created_at_idx').on(t.createdAt)],
)
