import { index, jsonb, pgTable, real, text, uuid } from 'drizzle-orm/pg-core'
import type { PredictRow } from '#core/model/signature'
import { at } from './columns'

/** An answer that a person should look at. Written with its prediction, under the same id, so a batch that is sent twice makes one item. */
export const reviewItems = pgTable(
  'review_items',
  {
    predictionId: text('prediction_id').primaryKey(),
    deploymentId: uuid('deployment_id').notNull(),
    versionId: uuid('version_id').notNull(),
    /** Why it is here. */
    reason: text('reason', { enum: ['low-confidence'] }).notNull(),
    input: jsonb('input').$type<PredictRow>().notNull(),
    label: text('label'),
    confidence: real('confidence'),
    status: text('status', { enum: ['open', 'decided', 'skipped'] })
      .notNull()
      .default('open'),
    at: at('at').notNull(),
  },
  (t) => [index('review_items_queue_idx').on(t.deploymentId, t.status, t.at)],
)
