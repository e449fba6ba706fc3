import { bigint, index, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import type { ErrorRecord } from '#core/errors/app-error'
import type { PortValue } from '#core/ports/kinds'
import { statuses } from '#core/runs/status'
import { at, id } from './columns'
import { runs } from './runs'

export type StageProgress = { done: number; total: number; doing?: string }

/** One stage's part in a run. Status changes only by guarded UPDATEs; see core/runs/status.ts. */
export const stageRuns = pgTable(
  'stage_runs',
  {
    id: id(),
    runId: uuid('run_id')
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    stageId: text('stage_id').notNull(),
    type: text('type').notNull(),
    status: text('status', { enum: statuses }).notNull().default('queued'),
    /** hash(stage type, stage version, params, input artifacts, seed); known once the inputs are. */
    key: text('key'),
    /** Of a stage that searches: whose trials it reads. */
    study: text('study'),
    attempt: integer('attempt').notNull().default(0),
    progress: jsonb('progress').$type<StageProgress>(),
    /** Port -> value. */
    outputs: jsonb('outputs').$type<Record<string, PortValue>>(),
    figure: jsonb('figure').$type<{ value: number | string; label: string }>(),
    error: jsonb('error').$type<ErrorRecord>(),
    /** Milliseconds of work; for a cached stage, what the original took. */
    durationMs: integer('duration_ms'),
    queuedAt: at('queued_at').notNull().defaultNow(),
    startedAt: at('started_at'),
    finishedAt: at('finished_at'),
    worker: text('worker'),
    revision: bigint('revision', { mode: 'number' }).notNull(),
  },
  (t) => [
    unique('stage_runs_stage_key').on(t.runId, t.stageId),
    index('stage_runs_key_idx').on(t.key),
    index('stage_runs_revision_idx').on(t.revision),
  ],
)
