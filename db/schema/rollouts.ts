import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { Strategy } from '#core/releases/strategy'
import { at, id } from './columns'
import { deployments } from './deployments'
import { users } from './users'

/** A version on its way to traffic by a strategy. At most one of a deployment is under way; every step is one guarded change of this row and one release. */
export const rollouts = pgTable(
  'rollouts',
  {
    id: id(),
    deploymentId: uuid('deployment_id')
      .notNull()
      .references(() => deployments.id, { onDelete: 'cascade' }),
    strategy: jsonb('strategy').$type<Strategy>().notNull(),
    championId: uuid('champion_id').notNull(),
    challengerId: uuid('challenger_id').notNull(),
    /** running: judged and stepped; held: a person pressed hold; asking: inconclusive, or done and waiting for a person. */
    status: text('status', { enum: ['running', 'held', 'asking', 'promoted', 'rolled-back', 'ended'] })
      .notNull()
      .default('running'),
    step: integer('step').notNull().default(0),
    stepSince: at('step_since').notNull().defaultNow(),
    /** Release that was in force before it, the first that it made, and the newest: figures are those of the releases between. */
    releaseBefore: integer('release_before').notNull(),
    firstRelease: integer('first_release').notNull(),
    release: integer('release').notNull(),
    /** Why it is where it is, in one sentence. */
    sentence: text('sentence').notNull().default(''),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: at('created_at').notNull().defaultNow(),
    endedAt: at('ended_at'),
  },
  (t) => [
    index('rollouts_deployment_idx').on(t.deploymentId, t.createdAt),
    uniqueIndex('rollouts_one_under_way').on(t.deploymentId).where(sql`${t.endedAt} is null`),
  ],
)
