import { integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { roles } from '#core/people/roles'
import { at, id } from './columns'
import { runs } from './runs'
import { users } from './users'

/** A question that a run waits on, and its answer. */
export const approvals = pgTable(
  'approvals',
  {
    id: id(),
    runId: uuid('run_id')
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    stageId: text('stage_id').notNull(),
    question: text('question').notNull(),
    role: text('role', { enum: roles }).notNull(),
    deadline: at('deadline').notNull(),
    /** What happens when nobody answers in time. */
    fallback: text('fallback', { enum: ['approve', 'reject'] }).notNull(),
    decision: text('decision', { enum: ['approve', 'reject'] }),
    decidedBy: text('decided_by').references(() => users.id, { onDelete: 'set null' }),
    note: text('note').notNull().default(''),
    createdAt: at('created_at').notNull().defaultNow(),
    decidedAt: at('decided_at'),
    attempt: integer('attempt').notNull().default(0),
  },
  (t) => [unique('approvals_stage_key').on(t.runId, t.stageId)],
)
