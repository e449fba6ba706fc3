import { boolean, doublePrecision, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AlertState } from '#core/monitor/alerts'
import { at, id } from './columns'
import { deployments } from './deployments'
import { users } from './users'

/** Threshold on one figure of a deployment for so many minutes. */
export const alertRules = pgTable('alert_rules', {
  id: id(),
  deploymentId: uuid('deployment_id')
    .notNull()
    .references(() => deployments.id, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  /** A name of core/monitor/figures, for example `errorRate`, `latencyP99`, `drift:body`. */
  figure: text('figure').notNull(),
  operator: text('operator', { enum: ['>', '<'] }).notNull(),
  limit: doublePrecision('limit').notNull(),
  minutes: integer('minutes').notNull(),
  /** Whether test traffic counts as well. */
  includesTest: boolean('includes_test').notNull().default(true),
  webhook: text('webhook'),
  enabled: boolean('enabled').notNull().default(true),
  state: jsonb('state').$type<AlertState>(),
  createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
  createdAt: at('created_at').notNull().defaultNow(),
})
