import { completeRelease, type KnownVersions } from '#core/releases/complete-release'
import { goodVersions, isServedAlike, type NextRelease, type PastRelease } from '#core/releases/next-release'
import { versionsOf } from '#core/releases/settings'
import type { Db } from '#db/client'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { type Deployment, listModelVersionsById, listVersions } from '#db/queries/deployments'
import { createRelease, type listReleases } from '#db/queries/releases'
import { findUser } from '#db/queries/users'
import { versionFacts } from './version-facts'

export type History = Awaited<ReturnType<typeof listReleases>>

/** So many candidates for "the last good version" are looked at. */
const goodEnough = 20

/** The release as it may be written: complete, or refused in words. A rollback brings back what was complete. */
export async function prepareRelease(
  db: Db,
  { modelId, history, next }: { modelId: string; history: History; next: NextRelease },
): Promise<NextRelease> {
  if (next.kind === 'rollback') return next
  const wantsGood = next.settings.fallback.steps.some((step) => step.kind === 'version' && step.lastGood)
  const good = wantsGood ? goodVersions(history).slice(0, goodEnough) : []
  return completeRelease(next, history, await knownVersions(db, modelId, [...versionsOf(next), ...good]))
}

/** What is known of versions of a model; ids of other models, and those that are no ids, are left out. */
export async function knownVersions(db: Db, modelId: string, ids: readonly string[]): Promise<KnownVersions> {
  const valid = [...new Set(ids)].filter((id) => /^[0-9a-f-]{36}$/i.test(id))
  const rows = await listModelVersionsById(db, { modelId, ids: valid })
  return new Map(rows.map((row) => [row.id, versionFacts(row)]))
}

export type ReleaseToWrite = {
  deployment: Deployment
  history: History
  /** From `prepareRelease`. */
  next: NextRelease
  rolloutId: string | null
  reason: string
  actor: AuditActor
  at: Date
  /** It begins a rollout: then there is a release even where a split by hand served the same already. */
  isFirst?: boolean
  /** Whose release it is, where that is not the actor: who asked for what the actor approved. */
  releasedBy?: string | null
}

/** Writes the release, its audit line and the notice to the gateways; nothing when it would serve what is served. In the caller's transaction. */
export async function writeRelease(tx: Db, input: ReleaseToWrite): Promise<{ number: number; changed: boolean }> {
  const { deployment, history, next, actor, reason } = input
  const current = history[0] ?? null
  if (current && !input.isFirst && isServedAlike(current, next)) return { number: current.number, changed: false }
  const release = await createRelease(tx, {
    ...next,
    deploymentId: deployment.id,
    number: (current?.number ?? 0) + 1,
    rolloutId: input.rolloutId,
    reason,
    createdBy: input.releasedBy ?? (await knownUser(tx, actor.id)),
    createdAt: input.at,
  })
  const facts = { ...next, number: release.number, rolloutId: release.rolloutId }
  const versions = await listVersions(tx, [...new Set([...(current ? versionsOf(current) : []), ...versionsOf(next)])])
  const numbers = new Map(versions.map(({ id, number }) => [id, number]))
  await writeAudit(tx, {
    actor,
    action: `release.${release.kind}`,
    object: 'deployment',
    objectId: deployment.name,
    before: current ? auditFacts(current, numbers) : null,
    after: auditFacts(facts, numbers),
    reason,
  })
  return { number: release.number, changed: true }
}

/** With the version numbers that people know, beside the ids that do not change. */
function auditFacts({ number, routes, rollbackOf, lowConfidence, settings, rolloutId }: PastRelease, numbers: ReadonlyMap<string, number>) {
  const named = routes.map((route) => ({ ...route, version: numbers.get(route.versionId) }))
  return { release: number, routes: named, rollbackOf, lowConfidence, settings, ...(rolloutId ? { rollout: rolloutId } : {}) }
}

/** `system` acts too, but is no user that a release could point to. */
export async function knownUser(tx: Db, id: string): Promise<string | null> {
  return (await findUser(tx, id)) ? id : null
}
