import { boolean, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at } from './columns'
import { stageRuns } from './stage-runs'

/** What people wrote down about a training. A row is there once somebody has; it changes no result. */
export const experimentNotes = pgTable('experiment_notes', {
  stageRunId: uuid('stage_run_id')
    .primaryKey()
    .references(() => stageRuns.id, { onDelete: 'cascade' }),
  tags: text('tags').array().notNull().default([]),
  note: text('note').notNull().default(''),
  /** Stands before all others, for everybody. */
  pinned: boolean('pinned').notNull().default(false),
  updatedAt: at('updated_at').notNull().defaultNow(),
})
