import { boolean, doublePrecision, index, integer, jsonb, pgTable, real, text, uuid } from 'drizzle-orm/pg-core'
import type { PredictRow } from '#core/model/signature'
import { at } from './columns'

/** One served answer. Written in batches from the gateway's spool; the id is made by the gateway, so a batch that is sent twice counts once. */
export const predictions = pgTable(
  'predictions',
  {
    id: text('id').primaryKey(),
    deploymentId: uuid('deployment_id').notNull(),
    versionId: uuid('version_id').notNull(),
    release: integer('release').notNull(),
    at: at('at').notNull(),
    /** After the plan's prepare steps: what is anonymised for the model is anonymised here. */
    input: jsonb('input').$type<PredictRow>().notNull(),
    /** Of a classifier; null when the model answers a number. */
    label: text('label'),
    confidence: real('confidence'),
    /** Of a regressor; null when the model answers a class. */
    value: doublePrecision('value'),
    latencyMs: real('latency_ms').notNull(),
    test: boolean('test').notNull().default(false),
  },
  (t) => [index('predictions_deployment_at_idx').on(t.deploymentId, t.at)],
)
