import { boolean, doublePrecision, index, integer, jsonb, pgTable, real, text, uuid } from 'drizzle-orm/pg-core'
import type { PredictRow } from '#core/model/signature'
import type { FallbackReason } from '#core/releases/settings'
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
    input: jsonb('input').$type<PredictRow>(),
    /** sha256 of the canonical input, where only that is kept. */
    inputHash: text('input_hash'),
    /** Of a classifier; null when the model answers a number. */
    label: text('label'),
    confidence: real('confidence'),
    /** Of a regressor; null when the model answers a class. */
    value: doublePrecision('value'),
    latencyMs: real('latency_ms').notNull(),
    test: boolean('test').notNull().default(false),
    /** Where it was made: here, or by a model that was handed out. */
    source: text('source', { enum: ['gateway', 'edge'] })
      .notNull()
      .default('gateway'),
    /** Why another than the version that was asked answered; null when it answered itself. */
    fallback: text('fallback').$type<FallbackReason>(),
    /** The version that answered in its place; null with a fallback means the stated answer. */
    answeredBy: uuid('answered_by'),
    /** Made by a shadow: compared and discarded. */
    shadow: boolean('shadow').notNull().default(false),
  },
  (t) => [index('predictions_deployment_at_idx').on(t.deploymentId, t.at)],
)
