import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { AlertState } from '#core/monitor/alerts'
import type { Db } from '#db/client'
import { alertRules } from '#db/schema/alert-rules'
import { deployments } from '#db/schema/deployments'
import { releases } from '#db/schema/releases'
import { users } from '#db/schema/users'

export type AlertRule = typeof alertRules.$inferSelect

function selectRules(db: Db) {
  return db
    .select({ rule: alertRules, deployment: deployments.name, createdBy: users.name })
    .from(alertRules)
    .innerJoin(deployments, eq(deployments.id, alertRules.deploymentId))
    .leftJoin(users, eq(users.id, alertRules.createdBy))
    .$dynamic()
}

/** Rules by name; of one deployment when it is given. */
export async function listRules(db: Db, { deployment }: { deployment?: string | undefined } = {}) {
  return selectRules(db)
    .where(deployment ? eq(deployments.name, deployment) : undefined)
    .orderBy(asc(deployments.name), asc(alertRules.name))
}

/** Locks the rule until the transaction ends, so that the watcher and a person do not write over each other. */
export async function lockRule(tx: Db, id: string): Promise<AlertRule> {
  const [row] = await tx.select().from(alertRules).where(eq(alertRules.id, id)).for('update')
  if (!row) throw new AppError('not_found', { detail: 'This alert rule does not exist any more. Reload the page.' })
  return row
}

export type RuleInput = Pick<AlertRule, 'name' | 'figure' | 'operator' | 'limit' | 'minutes' | 'includesTest' | 'webhook' | 'enabled'>

export async function createRule(tx: Db, input: RuleInput & { deploymentId: string; createdBy: string }): Promise<AlertRule> {
  const [row] = await tx.insert(alertRules).values(input).returning()
  if (!row) throw new Error('insert into alert_rules returned nothing')
  return row
}

/** Changes a rule; what it saw so far is forgotten. */
export async function updateRule(tx: Db, id: string, input: RuleInput): Promise<void> {
  await tx
    .update(alertRules)
    .set({ ...input, state: null })
    .where(eq(alertRules.id, id))
}

export async function removeRule(tx: Db, id: string): Promise<void> {
  await tx.delete(alertRules).where(eq(alertRules.id, id))
}

export async function setRuleState(tx: Db, id: string, state: AlertState): Promise<void> {
  await tx.update(alertRules).set({ state }).where(eq(alertRules.id, id))
}

/** Rules that are on, of deployments that are in use, with the routes of the release in force. Locked for the watcher. */
export async function listRulesToWatch(tx: Db) {
  const newest = tx
    .selectDistinctOn([releases.deploymentId], { deploymentId: releases.deploymentId, routes: releases.routes })
    .from(releases)
    .orderBy(releases.deploymentId, sql`${releases.number} desc`)
    .as('newest')
  return tx
    .select({ rule: alertRules, deployment: deployments.name, routes: newest.routes })
    .from(alertRules)
    .innerJoin(deployments, eq(deployments.id, alertRules.deploymentId))
    .innerJoin(newest, eq(newest.deploymentId, deployments.id))
    .where(and(eq(alertRules.enabled, true), isNull(deployments.archivedAt)))
    .orderBy(asc(alertRules.id))
    .for('update', { of: alertRules })
}

/** One of several workers looks at a time: false when another one is at it. Ends with the transaction. */
export async function claimWatch(tx: Db): Promise<boolean> {
  const { rows } = await tx.execute<{ claimed: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtext('stageline.watch-alerts')) as claimed`,
  )
  return rows[0]?.claimed === true
}
