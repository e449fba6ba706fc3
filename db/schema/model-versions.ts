import { type AnyPgColumn, bigint, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import type { Reference, Signature } from '#core/model/signature'
import { type SmallerMeasured, weightForms } from '#core/model/smaller'
import type { Figure, Origin, Recipe } from '#core/ports/kinds'
import { at, id } from './columns'
import { models } from './models'
import { users } from './users'

/** Where a model version came from: enough to train it again and compare hashes. */
export type Lineage = {
  runId: string | null
  workflowId: string | null
  workflowName: string | null
  workflowVersion: number | null
  stageId: string | null
  dataSets: { name: string; version: number; artifact: string }[]
  /** Every artifact the training used: the table, and the evaluation report. */
  artifacts: string[]
  codeVersion: string
}

/** One immutable registered model: a .onnx file and all that is known of it. */
export const modelVersions = pgTable(
  'model_versions',
  {
    id: id(),
    modelId: uuid('model_id')
      .notNull()
      .references(() => models.id, { onDelete: 'cascade' }),
    number: integer('number').notNull(),
    artifact: text('artifact').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    /** Artifact with what was learned, for explanations; null where a model has none. */
    state: text('state'),
    signature: jsonb('signature').$type<Signature>().notNull(),
    classes: jsonb('classes').$type<string[]>().notNull(),
    /** Null of a model that was imported. */
    recipe: jsonb('recipe').$type<Recipe>(),
    /** Where an imported model came from; null of one that was trained here. */
    origin: jsonb('origin').$type<Origin>(),
    metrics: jsonb('metrics').$type<Figure[]>().notNull(),
    /** Evaluation report artifact, if one was given. */
    report: text('report'),
    reference: jsonb('reference').$type<Reference>().notNull(),
    lineage: jsonb('lineage').$type<Lineage>().notNull(),
    /** A table whose rows may be replayed as test traffic. */
    sample: text('sample'),
    /** How the file holds its weights. */
    weights: text('weights', { enum: weightForms }).notNull().default('float32'),
    /** The version that it is the int8 form of; null where none was registered in float32. */
    smallerOf: uuid('smaller_of').references((): AnyPgColumn => modelVersions.id, { onDelete: 'set null' }),
    /** What int8 cost and gained, of a version in int8. */
    smaller: jsonb('smaller').$type<SmallerMeasured>(),
    description: text('description').notNull().default(''),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [unique('model_versions_number_key').on(t.modelId, t.number), unique('model_versions_artifact_key').on(t.modelId, t.artifact)],
)
