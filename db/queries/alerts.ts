import { and, count, desc, eq, isNull, lte, or, sql } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Db } from '#db/client'
import { alertDeliveries } from '#db/schema/alert-deliveries'
import { alertRules } from '#db/schema/alert-rules'
import { alerts } from '#db/schema/alerts'
import { deployments } from '#db/schema/deployments'

/** An alert without a rule names its deployment itself. */
const deploymentOfAlert = sql`coalesce(${alertRules.deploymentId}, ${alerts.deploymentId})`

function selectAlerts(db: Db) {
  return db
    .select({
      alert: alerts,
      name: sql<string>`coalesce(${alertRules.name}, 'Stageline')`,
      figure: alertRules.figure,
      deployment: deployments.name,
    })
    .from(alerts)
    .leftJoin(alertRules, eq(alertRules.id, alerts.ruleId))
    .innerJoin(deployments, eq(deployments.id, deploymentOfAlert))
    .$dynamic()
}

/** Open alerts first, then the newest. */
export async function listAlerts(db: Db, { deployment, limit }: { deployment?: string | undefined; limit: number }) {
  return selectAlerts(db)
    .where(deployment ? eq(deployments.name, deployment) : undefined)
    .orderBy(sql`${alerts.closedAt} is not null`, desc(alerts.openedAt))
    .limit(limit)
}

/** Open alerts that nobody has acknowledged, by deployment id. */
export async function countOpenAlerts(db: Db): Promise<Map<string, number>> {
  const rows = await db
    .select({ deploymentId: sql<string>`${deploymentOfAlert}`, n: count() })
    .from(alerts)
    .leftJoin(alertRules, eq(alertRules.id, alerts.ruleId))
    .where(and(isNull(alerts.closedAt), isNull(alerts.acknowledgedAt)))
    .groupBy(deploymentOfAlert)
  return new Map(rows.map((row) => [row.deploymentId, row.n]))
}

/** Opens an alert, and queues its message when the rule has a webhook. */
export async function openAlert(tx: Db, input: { ruleId: string; sentence: string; value: number; openedAt: Date; hasWebhook: boolean }) {
  const { hasWebhook, ...values } = input
  const [row] = await tx.insert(alerts).values(values).returning({ id: alerts.id })
  if (!row) throw new Error('insert into alerts returned nothing')
  if (hasWebhook) await tx.insert(alertDeliveries).values({ alertId: row.id, event: 'opened' })
  return row
}

/** Closes the open alerts of a rule. */
export async function closeAlerts(
  tx: Db,
  { ruleId, closedAt, hasWebhook }: { ruleId: string; closedAt: Date; hasWebhook: boolean },
): Promise<void> {
  const closed = await tx
    .update(alerts)
    .set({ closedAt })
    .where(and(eq(alerts.ruleId, ruleId), isNull(alerts.closedAt)))
    .returning({ id: alerts.id })
  if (hasWebhook && closed.length > 0)
    await tx.insert(alertDeliveries).values(closed.map(({ id }) => ({ alertId: id, event: 'closed' as const })))
}

export type HouseAlert = { deploymentId: string; kind: string }

/** Raises an alert that no rule asked for: a model that crashed, a full spool. While one of its kind is open, nothing happens. */
export async function openHouseAlert(db: Db, alert: HouseAlert & { sentence: string; value: number; openedAt: Date }): Promise<void> {
  await db.insert(alerts).values(alert).onConflictDoNothing()
}

/** Closes the open alert of a kind; nothing happens when there is none. */
export async function closeHouseAlert(db: Db, { deploymentId, kind, closedAt }: HouseAlert & { closedAt: Date }): Promise<void> {
  await db
    .update(alerts)
    .set({ closedAt })
    .where(and(isNull(alerts.ruleId), eq(alerts.deploymentId, deploymentId), eq(alerts.kind, kind), isNull(alerts.closedAt)))
}

/** Says that somebody has seen the alert; the first one stays. */
export async function acknowledgeAlert(tx: Db, { id, by, at }: { id: string; by: string; at: Date }) {
  const [row] = await selectAlerts(tx).where(eq(alerts.id, id))
  if (!row) throw new AppError('not_found', { detail: 'This alert does not exist any more. Reload the page.' })
  const changed = await tx
    .update(alerts)
    .set({ acknowledgedBy: by, acknowledgedAt: at })
    .where(and(eq(alerts.id, id), isNull(alerts.acknowledgedAt)))
    .returning({ id: alerts.id })
  return { ...row, isNew: changed.length > 0 }
}

const claimMs = 60_000

/** Takes messages that are due; a worker that dies with one gives it back after a minute. */
export async function claimDeliveries(db: Db, { now, limit }: { now: Date; limit: number }) {
  const due = db
    .select({ id: alertDeliveries.id })
    .from(alertDeliveries)
    .where(lte(alertDeliveries.nextAt, now))
    .orderBy(alertDeliveries.nextAt)
    .limit(limit)
    .for('update', { skipLocked: true })
  const taken = await db
    .update(alertDeliveries)
    .set({ nextAt: new Date(now.getTime() + claimMs), attempts: sql`${alertDeliveries.attempts} + 1` })
    .where(sql`${alertDeliveries.id} in ${due}`)
    .returning({ id: alertDeliveries.id })
  if (taken.length === 0) return []
  return db
    .select({ delivery: alertDeliveries, alert: alerts, rule: alertRules, deployment: deployments.name })
    .from(alertDeliveries)
    .innerJoin(alerts, eq(alerts.id, alertDeliveries.alertId))
    .innerJoin(alertRules, eq(alertRules.id, alerts.ruleId))
    .innerJoin(deployments, eq(deployments.id, alertRules.deploymentId))
    .where(or(...taken.map(({ id }) => eq(alertDeliveries.id, id))))
    .orderBy(alertDeliveries.createdAt)
}

/** Records how a try went: `nextAt` null when it is delivered or given up. */
export async function recordDelivery(db: Db, input: { id: string; alertId: string; status: string; nextAt: Date | null }): Promise<void> {
  await db.update(alertDeliveries).set({ nextAt: input.nextAt }).where(eq(alertDeliveries.id, input.id))
  await db.update(alerts).set({ webhookStatus: input.status }).where(eq(alerts.id, input.alertId))
}
