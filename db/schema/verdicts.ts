import { bigserial, index, integer, jsonb, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { Verdict } from '#core/releases/measured'
import { at } from './columns'
import { rollouts } from './rollouts'

/** What the judge said of a rollout: written when it says something new, and now and then in between. */
export const verdicts = pgTable(
  'verdicts',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    rolloutId: uuid('rollout_id')
      .notNull()
      .references(() => rollouts.id, { onDelete: 'cascade' }),
    step: integer('step').notNull(),
    verdict: jsonb('verdict').$type<Verdict>().notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [index('verdicts_rollout_idx').on(t.rolloutId, t.id)],
)
