import { AppError } from '#core/errors/app-error'
import { deploymentNameSchema } from '#core/releases/deployment-name'
import { releaseDifference } from '#core/releases/difference'
import {
  type NextRelease,
  nextAfterDeploy,
  nextAfterPromote,
  nextAfterRollback,
  nextAfterShare,
  type PastRelease,
} from '#core/releases/next-release'
import type { Db } from '#db/client'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { getVersion, listVersions, lockDeployment } from '#db/queries/deployments'
import { createRelease, listReleases } from '#db/queries/releases'
import { findUser } from '#db/queries/users'
import { versionFacts } from './version-facts'

/**
 * Every change of what a deployment serves. Each is one transaction: lock the deployment, decide (core/releases), write
 * the release, the audit line and the notice to the gateways. `expected` is the release number that the caller has seen;
 * when another one is in force by now, nothing happens and a conflict says who did what.
 */

export type ReleaseChange = { actor: AuditActor; deployment: string; expected?: number; reason: string }

export type Released = { deployment: string; deploymentId: string; release: number; changed: boolean }

type History = Awaited<ReturnType<typeof listReleases>>

const defaultLowConfidence = 0.6

/** Serves a model version with `share` percent of the traffic; makes the deployment when there is none. */
export async function deployVersion(
  db: Db,
  change: ReleaseChange & { versionId: string; share: number; lowConfidence?: number },
): Promise<Released> {
  const name = deploymentNameSchema.safeParse(change.deployment)
  if (!name.success)
    throw new AppError('bad_input', { detail: name.error.issues[0]?.message ?? 'The name of the deployment is not valid.' })
  return db.transaction(async (tx) => {
    const version = await getVersion(tx, change.versionId)
    const deployment = await lockDeployment(tx, { name: name.data, modelId: version.modelId })
    if (deployment.modelId !== version.modelId) {
      throw new AppError('conflict', {
        detail: `The deployment ${name.data} serves another model than ${version.model}. Deploy ${version.model} under another name.`,
      })
    }
    const history = await seen(tx, deployment.id, change.expected)
    const current = history[0] ?? null
    const next = nextAfterDeploy(current, version.id, change.share)
    if (next?.kind === 'canary') await refuseUnlikeFields(tx, next)
    const lowConfidence = change.lowConfidence ?? current?.lowConfidence ?? defaultLowConfidence
    return write(tx, change, { deployment, history, next, lowConfidence })
  })
}

/** Moves the challenger's share; 0 ends the split, 100 promotes. */
export async function setShare(db: Db, change: ReleaseChange & { share: number }): Promise<Released> {
  return decide(db, change, ([current]) => nextAfterShare(needed(current, change), change.share))
}

/** Gives the challenger all traffic. */
export async function promote(db: Db, change: ReleaseChange): Promise<Released> {
  return decide(db, change, ([current]) => nextAfterPromote(needed(current, change)))
}

/** A new release equal to an earlier one: by default the last that served one version alone. */
export async function rollBack(db: Db, change: ReleaseChange & { to?: number }): Promise<Released> {
  return decide(db, change, (history) => nextAfterRollback(history, change.to))
}

async function decide(db: Db, change: ReleaseChange, next: (history: History) => NextRelease | null): Promise<Released> {
  return db.transaction(async (tx) => {
    const deployment = await lockDeployment(tx, { name: change.deployment })
    const history = await seen(tx, deployment.id, change.expected)
    const decided = next(history)
    // A rollback brings the earlier release back whole, its threshold included.
    const source = history.find((release) => release.number === decided?.rollbackOf) ?? history[0]
    return write(tx, change, { deployment, history, next: decided, lowConfidence: source?.lowConfidence ?? defaultLowConfidence })
  })
}

/** The releases, newest first, if the newest is still the one that the caller has seen. */
async function seen(tx: Db, deploymentId: string, expected: number | undefined): Promise<History> {
  const history = await listReleases(tx, deploymentId)
  const [current] = history
  if (expected !== undefined && (current?.number ?? 0) !== expected) {
    throw new AppError('conflict', {
      detail: current
        ? `${current.by ?? 'Stageline'} made release ${current.number} (${current.kind}) at ${current.createdAt.toISOString().slice(11, 19)} UTC, while you were looking at ${expected === 0 ? 'none' : `release ${expected}`}. Look at what is live now and decide again.`
        : 'This deployment has no release yet. Look at what is live now and decide again.',
    })
  }
  return history
}

async function write(
  tx: Db,
  change: ReleaseChange,
  {
    deployment,
    history,
    next,
    lowConfidence,
  }: { deployment: { id: string; name: string }; history: History; next: NextRelease | null; lowConfidence: number },
): Promise<Released> {
  const current = history[0]
  // The same routes with another threshold are a release as well.
  const decided: NextRelease | null =
    next ?? (current && current.lowConfidence !== lowConfidence ? { kind: 'deploy', routes: current.routes, rollbackOf: null } : null)
  if (!decided) return { deployment: deployment.name, deploymentId: deployment.id, release: current?.number ?? 0, changed: false }
  const release = await createRelease(tx, {
    ...decided,
    deploymentId: deployment.id,
    number: (current?.number ?? 0) + 1,
    lowConfidence,
    reason: change.reason,
    createdBy: await knownUser(tx, change.actor.id),
  })
  const versions = await listVersions(
    tx,
    [...(current?.routes ?? []), ...release.routes].map(({ versionId }) => versionId),
  )
  const numbers = new Map(versions.map(({ id, number }) => [id, number]))
  await writeAudit(tx, {
    actor: change.actor,
    action: `release.${release.kind}`,
    object: 'deployment',
    objectId: deployment.name,
    before: current ? auditFacts(current, numbers) : null,
    after: auditFacts(release, numbers),
    reason: change.reason,
  })
  return { deployment: deployment.name, deploymentId: deployment.id, release: release.number, changed: true }
}

/** With the version numbers that people know, beside the ids that do not change. */
function auditFacts(
  { number, routes, rollbackOf, lowConfidence }: PastRelease & { lowConfidence: number },
  numbers: ReadonlyMap<string, number>,
) {
  const named = routes.map((route) => ({ ...route, version: numbers.get(route.versionId) }))
  return { release: number, routes: named, rollbackOf, lowConfidence }
}

/** `system` and `cli` act too, but are no users that a release could point to. */
async function knownUser(tx: Db, id: string): Promise<string | null> {
  return (await findUser(tx, id)) ? id : null
}

function needed(current: History[number] | undefined, { deployment }: ReleaseChange): History[number] {
  if (!current) throw new AppError('conflict', { detail: `The deployment ${deployment} has no release yet. Deploy a version first.` })
  return current
}

/** Both arms of a split get the same records: a version that reads other fields would refuse its share of them. */
async function refuseUnlikeFields(tx: Db, next: NextRelease): Promise<void> {
  const [first, second] = next.routes
  if (!first || !second) return
  const champion = await getVersion(tx, first.versionId)
  const challenger = await getVersion(tx, second.versionId)
  const { canSplit, signature } = releaseDifference(versionFacts(champion), versionFacts(challenger))
  if (canSplit) return
  const why =
    signature.length > 0
      ? `reads other fields than v${champion.number} (${signature.map((field) => field.name).join(', ')}), so it would refuse its share of the requests`
      : `answers in another form than v${champion.number}, a number or a class, which callers cannot expect of one address`
  throw new AppError('bad_input', { detail: `v${challenger.number} ${why}. Deploy it with 100 %, or under another name.` })
}
