import { bigint, index, integer, jsonb, pgSequence, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import type { ErrorRecord } from '#core/errors/app-error'
import type { RunScope } from '#core/runs/scope'
import { statuses } from '#core/runs/status'
import { at, id } from './columns'
import { users } from './users'
import { workflowVersions } from './workflow-versions'
import { workflows } from './workflows'

/** Every change of a run or stage run takes the next value: what a live view asks "newer than". */
export const revisions = pgSequence('revisions')

/** One durable execution of a workflow version. The id is also the id of its durable workflow. */
export const runs = pgTable(
  'runs',
  {
    id: id(),
    workflowId: uuid('workflow_id')
      .notNull()
      .references(() => workflows.id, { onDelete: 'cascade' }),
    versionId: uuid('version_id')
      .notNull()
      .references(() => workflowVersions.id),
    /** Counts up within the workflow. */
    number: integer('number').notNull(),
    status: text('status', { enum: statuses }).notNull().default('queued'),
    scope: jsonb('scope').$type<RunScope>().notNull(),
    /** `stage.param` -> value, from the command line or the API. */
    overrides: jsonb('overrides').$type<Record<string, unknown>>().notNull().default({}),
    startedBy: text('started_by').references(() => users.id, { onDelete: 'set null' }),
    trigger: text('trigger', { enum: ['person', 'api', 'cli', 'schedule', 'alert'] })
      .notNull()
      .default('person'),
    error: jsonb('error').$type<ErrorRecord>(),
    createdAt: at('created_at').notNull().defaultNow(),
    startedAt: at('started_at'),
    finishedAt: at('finished_at'),
    cancelRequestedAt: at('cancel_requested_at'),
    revision: bigint('revision', { mode: 'number' }).notNull(),
  },
  (t) => [
    unique('runs_number_key').on(t.workflowId, t.number),
    index('runs_created_at_idx').on(t.createdAt),
    index('runs_version_id_idx').on(t.versionId),
  ],
)
