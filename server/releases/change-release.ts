import { randomUUID } from 'node:crypto'
import { AppError } from '#core/errors/app-error'
import { type Decided, decideOrder, needsSecondPerson } from '#core/releases/decide-order'
import { deploymentSettingsSchema } from '#core/releases/deployment-settings'
import type { NextRelease } from '#core/releases/next-release'
import { type ReleaseOrder, type ReleaseOrderInput, releaseOrderSchema } from '#core/releases/order'
import type { Db } from '#db/client'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { getTime } from '#db/queries/clock'
import { type Deployment, getVersion, lockDeployment } from '#db/queries/deployments'
import { listReleases } from '#db/queries/releases'
import { createRollout, lockOpenRollout, type Rollout, updateRollout } from '#db/queries/rollouts'
import { askForApproval } from './ask-for-approval'
import { rolloutNow } from './rollout-now'
import { type History, knownUser, prepareRelease, writeRelease } from './write-release'

export type Released = {
  deployment: string
  deploymentId: string
  release: number
  changed: boolean
  /** Nothing changed yet: a second person is asked. */
  request: { id: string; sentence: string } | null
}

/** Who acts; with `asked`, the actor approves what another person asked for. */
export type Acting = { actor: AuditActor; now?: Date; asked?: { by: string | null } }

/**
 * Every change of what a deployment serves, and of the rollout under way on it. One transaction: lock the deployment and its
 * rollout, decide (core/releases/decide-order), write the release, the rollout, the audit line and the notice to the gateways.
 * `expected` is the release that whoever orders has seen; when another one is in force by now, nothing happens and a conflict
 * says who did what. Where the deployment wants four eyes, what puts a version into traffic becomes a request instead.
 */
export async function changeRelease(db: Db, input: ReleaseOrderInput, acting: Acting): Promise<Released> {
  const parsed = releaseOrderSchema.safeParse(input)
  if (!parsed.success) throw new AppError('bad_input', { detail: parsed.error.issues[0]?.message ?? 'The order is not valid.' })
  const order = parsed.data
  return db.transaction(async (tx) => {
    const deployment = await lockFor(tx, order)
    const now = acting.now ?? (await getTime(tx))
    const history = await seen(tx, deployment, order)
    const rollout = await lockOpenRollout(tx, deployment.id)
    const decided = decideOrder(order, { releases: history, rollout: rollout && rolloutNow(rollout), by: acting.actor.name })
    const next = decided.next && (await prepareRelease(tx, { modelId: deployment.modelId, history, next: decided.next }))
    if (
      next &&
      !acting.asked &&
      deploymentSettingsSchema.parse(deployment.settings).fourEyes &&
      needsSecondPerson(history[0] ?? null, next)
    ) {
      const request = await askForApproval(tx, { deployment, history, order, rollout, actor: acting.actor })
      return { deployment: deployment.name, deploymentId: deployment.id, release: history[0]?.number ?? 0, changed: false, request }
    }
    return apply(tx, { order, deployment, history, rollout, decided: { ...decided, next }, acting, now })
  })
}

/** Serves a model version; makes the deployment when there is none. */
export async function deployVersion(
  db: Db,
  { actor, ...order }: Omit<Extract<ReleaseOrderInput, { kind: 'deploy' }>, 'kind'> & { actor: AuditActor },
): Promise<Released> {
  return changeRelease(db, { kind: 'deploy', ...order }, { actor })
}

/** A new release equal to an earlier one: by default the last that served one version alone. */
export async function rollBack(
  db: Db,
  { actor, ...order }: Omit<Extract<ReleaseOrderInput, { kind: 'rollback' }>, 'kind'> & { actor: AuditActor },
): Promise<Released> {
  return changeRelease(db, { kind: 'rollback', ...order }, { actor })
}

type Change = {
  order: ReleaseOrder
  deployment: Deployment
  history: History
  rollout: Rollout | null
  decided: Decided & { next: NextRelease | null }
  acting: Acting
  now: Date
}

async function apply(tx: Db, { order, deployment, history, rollout, decided, acting, now }: Change): Promise<Released> {
  const { actor, asked } = acting
  const { next, starts, changes } = decided
  const current = history[0]?.number ?? 0
  const releasedBy = asked ? asked.by : await knownUser(tx, actor.id)
  const reason = asked ? approvedReason(order.reason, actor.name) : order.reason
  const begun = starts ? randomUUID() : null
  const rolloutId = begun ?? (rollout && isStepOf(order, next) ? rollout.id : null)
  const written = next
    ? await writeRelease(tx, { deployment, history, next, rolloutId, reason, actor, releasedBy, at: now, isFirst: begun !== null })
    : { number: current, changed: true }
  const done = {
    deployment: deployment.name,
    deploymentId: deployment.id,
    release: written.number,
    changed: written.changed,
    request: null,
  }
  if (!written.changed) return done
  if (rollout && changes) {
    const { status, step, strategy, sentence, restarts } = changes
    const isOver = status !== 'running' && status !== 'held' && status !== 'asking'
    await updateRollout(tx, rollout.id, {
      status,
      step,
      strategy,
      sentence,
      // What ended it is its last release; what put something else in its place is not its doing.
      ...(next && status !== 'ended' ? { release: written.number } : {}),
      ...(restarts ? { stepSince: now } : {}),
      ...(isOver ? { endedAt: now } : {}),
    })
    if (!next) await auditRollout(tx, { deployment, order, actor, before: rollout.status, after: status })
  }
  if (starts && begun) {
    await createRollout(tx, {
      id: begun,
      deploymentId: deployment.id,
      ...starts,
      stepSince: now,
      releaseBefore: current,
      firstRelease: written.number,
      release: written.number,
      sentence: order.reason,
      createdBy: releasedBy,
      createdAt: now,
    })
  }
  return done
}

/** A rollback is a release of its own, equal to an earlier one; what else is done to a rollout is a step of it. */
function isStepOf({ kind }: ReleaseOrder, next: NextRelease | null): boolean {
  return next?.kind !== 'rollback' && (kind === 'share' || kind === 'promote')
}

function approvedReason(reason: string, approver: string): string {
  return reason === '' ? `Approved by ${approver}` : `${reason} (approved by ${approver})`
}

async function lockFor(tx: Db, order: ReleaseOrder): Promise<Deployment> {
  if (order.kind !== 'deploy') return lockDeployment(tx, { name: order.deployment })
  const version = await getVersion(tx, order.versionId)
  const deployment = await lockDeployment(tx, { name: order.deployment, modelId: version.modelId })
  if (deployment.modelId === version.modelId) return deployment
  throw new AppError('conflict', {
    detail: `The deployment ${order.deployment} serves another model than ${version.model}. Deploy ${version.model} under another name.`,
  })
}

/** The releases, newest first, if the newest is still the one that whoever orders has seen. */
async function seen(tx: Db, { id, name }: Deployment, { expected, kind }: ReleaseOrder): Promise<History> {
  const history = await listReleases(tx, id)
  const [current] = history
  if (!current && kind !== 'deploy') {
    throw new AppError('conflict', { detail: `The deployment ${name} has no release yet. Deploy a version first.` })
  }
  if (expected !== undefined && (current?.number ?? 0) !== expected) {
    throw new AppError('conflict', {
      detail: current
        ? `${current.by ?? 'Stageline'} made release ${current.number} (${current.kind}) at ${current.createdAt.toISOString().slice(11, 19)} UTC, while you were looking at ${expected === 0 ? 'none' : `release ${expected}`}. Look at what is live now and decide again.`
        : 'This deployment has no release yet. Look at what is live now and decide again.',
    })
  }
  return history
}

async function auditRollout(
  tx: Db,
  {
    deployment,
    order,
    actor,
    before,
    after,
  }: { deployment: Deployment; order: ReleaseOrder; actor: AuditActor; before: string; after: string },
): Promise<void> {
  await writeAudit(tx, {
    actor,
    action: `rollout.${order.kind}`,
    object: 'deployment',
    objectId: deployment.name,
    before: { status: before },
    after: { status: after, ...(order.kind === 'automatic' ? { automatic: order.automatic } : {}) },
    reason: order.reason,
  })
}
