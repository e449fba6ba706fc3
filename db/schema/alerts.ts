import { sql } from 'drizzle-orm'
import { doublePrecision, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { alertRules } from './alert-rules'
import { at, id } from './columns'
import { deployments } from './deployments'

/** One time that a rule fired, until it was well again. */
export const alerts = pgTable(
  'alerts',
  {
    id: id(),
    /** Null when no rule but the house itself raised it: a model that crashed, a full spool. */
    ruleId: uuid('rule_id').references(() => alertRules.id, { onDelete: 'cascade' }),
    /** Of an alert without a rule. */
    deploymentId: uuid('deployment_id').references(() => deployments.id, { onDelete: 'cascade' }),
    /** What an alert without a rule is about: one of a kind is open for a deployment at a time. */
    kind: text('kind'),
    sentence: text('sentence').notNull(),
    value: doublePrecision('value').notNull(),
    openedAt: at('opened_at').notNull().defaultNow(),
    closedAt: at('closed_at'),
    /** Name of the person who saw it, and when. */
    acknowledgedBy: text('acknowledged_by'),
    acknowledgedAt: at('acknowledged_at'),
    /** What the webhook said last, in words; null when the rule has none or none is sent yet. */
    webhookStatus: text('webhook_status'),
  },
  (t) => [
    index('alerts_rule_id_idx').on(t.ruleId, t.openedAt),
    uniqueIndex('alerts_open_kind_key').on(t.deploymentId, t.kind).where(sql`${t.ruleId} is null and ${t.closedAt} is null`),
  ],
)
