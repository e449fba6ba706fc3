import { bigserial, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at } from './columns'
import { stageRuns } from './stage-runs'

/** What a stage said while it ran. */
export const stageLogs = pgTable(
  'stage_logs',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    stageRunId: uuid('stage_run_id')
      .notNull()
      .references(() => stageRuns.id, { onDelete: 'cascade' }),
    level: text('level', { enum: ['info', 'warn', 'error'] }).notNull(),
    text: text('text').notNull(),
    at: at('at').notNull(),
  },
  (t) => [index('stage_logs_stage_run_id_idx').on(t.stageRunId, t.id)],
)
