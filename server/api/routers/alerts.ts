import { z } from 'zod'
import { parseFigure } from '#core/monitor/figures'
import { type AlertRuleView, alertRuleSchema, alertSchema } from '#core/monitor/views'
import { hasRole } from '#core/people/roles'
import { createRule, listRules, lockRule, removeRule, updateRule } from '#db/queries/alert-rules'
import { acknowledgeAlert, closeAlerts, listAlerts } from '#db/queries/alerts'
import { writeAudit } from '#db/queries/audit'
import { getDeployment } from '#db/queries/deployments'
import { analystProcedure, leadProcedure, router, viewerProcedure } from '#server/api/trpc'

const ruleInput = z.object({
  name: z.string().trim().min(1, 'Give the rule a name.').max(80),
  figure: z
    .string()
    .max(200)
    .refine((name) => parseFigure(name) !== null, 'There is no such figure.'),
  operator: z.enum(['>', '<']),
  limit: z.number(),
  minutes: z.int().min(0).max(1440, 'A rule waits a day at most.'),
  includesTest: z.boolean().default(true),
  webhook: z
    .url({ protocol: /^https?$/, error: 'The webhook must be an http or https address.' })
    .max(2000)
    .nullable()
    .default(null),
  enabled: z.boolean().default(true),
})

/** Alert rules and the alerts that they opened. */
export const alertsRouter = router({
  list: viewerProcedure
    .input(z.object({ deployment: z.string().optional(), limit: z.int().min(1).max(500).default(50) }))
    .output(z.array(alertSchema))
    .query(async ({ ctx, input }) => {
      const rows = await listAlerts(ctx.house.db, input)
      return rows.map(({ alert, ...rest }) => ({ ...alert, ...rest }))
    }),

  /** Says that somebody has seen the alert. It stays open until its figure is well again. */
  acknowledge: analystProcedure
    .input(z.object({ id: z.uuid() }))
    .output(z.object({ acknowledged: z.boolean() }))
    .mutation(({ ctx, input }) =>
      ctx.house.db.transaction(async (tx) => {
        const { alert, deployment, isNew } = await acknowledgeAlert(tx, { id: input.id, by: ctx.actor.name, at: new Date() })
        if (isNew)
          await writeAudit(tx, {
            actor: ctx.actor,
            action: 'alert.acknowledge',
            object: 'alert',
            objectId: alert.id,
            after: { deployment, sentence: alert.sentence },
          })
        return { acknowledged: isNew }
      }),
    ),

  rules: viewerProcedure
    .input(z.object({ deployment: z.string().optional() }))
    .output(z.array(alertRuleSchema))
    .query(async ({ ctx, input }) => (await listRules(ctx.house.db, input)).map((row) => toView(row, hasRole(ctx.actor.role, 'lead')))),

  createRule: leadProcedure
    .input(ruleInput.extend({ deployment: z.string() }))
    .output(z.object({ id: z.string() }))
    .mutation(async ({ ctx, input: { deployment: name, ...rule } }) => {
      const deployment = await getDeployment(ctx.house.db, name)
      return ctx.house.db.transaction(async (tx) => {
        const { id } = await createRule(tx, { ...rule, deploymentId: deployment.id, createdBy: ctx.actor.id })
        await writeAudit(tx, {
          actor: ctx.actor,
          action: 'alertRule.create',
          object: 'alertRule',
          objectId: id,
          after: { deployment: name, ...rule },
        })
        return { id }
      })
    }),

  updateRule: leadProcedure
    .input(ruleInput.extend({ id: z.uuid() }))
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input: { id, ...rule } }) =>
      ctx.house.db.transaction(async (tx) => {
        const before = await lockRule(tx, id)
        // What the rule saw is forgotten, so an alert that is open by the old words would never close.
        await closeAlerts(tx, { ruleId: id, closedAt: new Date(), hasWebhook: before.webhook !== null })
        await updateRule(tx, id, rule)
        await writeAudit(tx, { actor: ctx.actor, action: 'alertRule.update', object: 'alertRule', objectId: id, before, after: rule })
        return { id }
      }),
    ),

  removeRule: leadProcedure
    .input(z.object({ id: z.uuid() }))
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) =>
      ctx.house.db.transaction(async (tx) => {
        const before = await lockRule(tx, input.id)
        await removeRule(tx, input.id)
        await writeAudit(tx, { actor: ctx.actor, action: 'alertRule.remove', object: 'alertRule', objectId: input.id, before })
        return { id: input.id }
      }),
    ),
})

/** A webhook's address may hold a token: who may not set it sees its host only. */
function toView({ rule, deployment, createdBy }: Awaited<ReturnType<typeof listRules>>[number], isLead: boolean): AlertRuleView {
  const { id, name, figure, operator, limit, minutes, includesTest, enabled, state } = rule
  const webhook = rule.webhook === null || isLead ? rule.webhook : `${new URL(rule.webhook).origin}/…`
  const since = state ? new Date(state.sinceMs) : null
  return {
    id,
    deployment,
    name,
    figure,
    operator,
    limit,
    minutes,
    includesTest,
    webhook,
    enabled,
    status: state?.status ?? 'ok',
    since,
    value: state?.value ?? null,
    createdBy,
  }
}
