import { doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { ErrorRecord } from '#core/errors/app-error'
import type { Params } from '#core/tune/space'
import { trialStatuses } from '#core/tune/trial'
import { at } from './columns'
import { stageRuns } from './stage-runs'

/**
 * Settings that searches tried. They belong to a study, not to a run: a later search of the same study goes on from them.
 * A row is written when its trial is proposed, and removed when nothing of it is to be kept.
 */
export const trials = pgTable(
  'trials',
  {
    /** hash(stage type, stage version, params without the budget, input artifacts, seed). */
    study: text('study').notNull(),
    number: integer('number').notNull(),
    /** The stage run at whose request it is tried; once that is over, nobody works on it any more. */
    stageRunId: uuid('stage_run_id').references(() => stageRuns.id, { onDelete: 'set null' }),
    params: jsonb('params').$type<Params>().notNull(),
    share: doublePrecision('share').notNull(),
    continues: integer('continues'),
    status: text('status', { enum: trialStatuses }).notNull().default('running'),
    /** Metric per fold done, in order of the folds. */
    scores: doublePrecision('scores').array().notNull().default([]),
    attempt: integer('attempt').notNull().default(0),
    worker: text('worker'),
    seconds: doublePrecision('seconds'),
    error: jsonb('error').$type<ErrorRecord>(),
    createdAt: at('created_at').notNull().defaultNow(),
    finishedAt: at('finished_at'),
  },
  (t) => [primaryKey({ columns: [t.study, t.number] }), index('trials_stage_run_idx').on(t.stageRunId)],
)
