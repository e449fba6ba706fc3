import { doublePrecision, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at } from './columns'

/** What turned out true of a prediction, or a business figure. May come before its prediction, late, and more than once: the newest by `at` stays. The deployment is part of the key, so that no caller of another one can take the place of its outcomes. */
export const outcomes = pgTable(
  'outcomes',
  {
    predictionId: text('prediction_id').notNull(),
    /** `truth`, or the name of a business figure. */
    name: text('name').notNull(),
    deploymentId: uuid('deployment_id').notNull(),
    /** The right class; null for numbers. */
    label: text('label'),
    /** The right number, or the figure; null for classes. */
    value: doublePrecision('value'),
    /** When it became known, as the caller says; the time of receipt when it does not. */
    at: at('at').notNull(),
    receivedAt: at('received_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.deploymentId, t.predictionId, t.name] }),
    index('outcomes_deployment_idx').on(t.deploymentId, t.receivedAt),
  ],
)
