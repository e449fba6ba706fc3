import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { ErrorRecord } from '#core/errors/app-error'
import { statuses } from '#core/runs/status'
import { at, id } from './columns'

/** Durable work that is not a run: loading an upload, sending test traffic, verifying a model. The id is also the id of its durable workflow. */
export const jobs = pgTable(
  'jobs',
  {
    id: id(),
    kind: text('kind', { enum: ['load-data-set', 'send-traffic', 'verify-model', 'batch-predict', 'quantise-model'] }).notNull(),
    /** What it is about, for example a data set version or a deployment. */
    subject: text('subject').notNull(),
    input: jsonb('input').$type<Record<string, unknown>>().notNull(),
    status: text('status', { enum: statuses }).notNull().default('queued'),
    progress: jsonb('progress').$type<{ done: number; total: number; doing?: string }>(),
    result: jsonb('result').$type<Record<string, unknown>>(),
    error: jsonb('error').$type<ErrorRecord>(),
    createdBy: text('created_by'),
    createdAt: at('created_at').notNull().defaultNow(),
    finishedAt: at('finished_at'),
  },
  (t) => [index('jobs_subject_idx').on(t.kind, t.subject, t.createdAt)],
)
