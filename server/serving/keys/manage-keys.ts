import { AppError } from '#core/errors/app-error'
import type { KeyLimits, NewKey } from '#core/keys/key-limits'
import { isKeyInForce, newKeyEndsAt, type OverlapId, oldKeyEndsAt, overlapMs } from '#core/keys/key-status'
import type { Db } from '#db/client'
import { type ApiKey, createApiKey, lockApiKey, replaceApiKey, revokeApiKey, updateKeyLimits } from '#db/queries/api-keys'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { newApiKey } from './key-ring'

/**
 * Every change of a key, for the API and the command line alike: one transaction with its audit line and the notice to the
 * gateways. A secret is in the answer of what made it and nowhere else.
 */

export type MadeKey = { id: string; name: string; prefix: string; secret: string; expiresAt: Date | null }

/** Makes a key. */
export async function makeKey(db: Db, { actor, key, now }: { actor: AuditActor; key: NewKey; now: Date }): Promise<MadeKey> {
  refusePast(key.expiresAt, now)
  const { secret, hash, prefix } = newApiKey()
  return db.transaction(async (tx) => {
    const { limits, ...named } = key
    const made = await createApiKey(tx, { ...named, ...limits, hash, prefix, createdBy: actor.id })
    await writeAudit(tx, { actor, action: 'key.create', object: 'key', objectId: made.id, after: auditOf(made) })
    return { id: made.id, name: made.name, prefix, secret, expiresAt: made.expiresAt }
  })
}

export type Rotation = {
  id: string
  overlap: OverlapId
  /** When the new key ends; left out, it lives as long as the old one was meant to. */
  expiresAt?: Date | null | undefined
}

/**
 * Puts a new key with the same name, scopes and limits in the place of one in force. The old one works on for the overlap;
 * each has its own rate and quota meanwhile.
 */
export async function rotateKey(
  db: Db,
  { actor, rotation, now }: { actor: AuditActor; rotation: Rotation; now: Date },
): Promise<MadeKey & { oldEndsAt: Date }> {
  const { secret, hash, prefix } = newApiKey()
  return db.transaction(async (tx) => {
    const old = await lockApiKey(tx, rotation.id)
    refuseRotation(old, now)
    const expiresAt = rotation.expiresAt === undefined ? newKeyEndsAt(old, now) : rotation.expiresAt
    refusePast(expiresAt, now)
    const { name, deployments, actions, ratePerSecond, burst, rowsPerDay, priority } = old
    const inherited = { name, deployments, actions, ratePerSecond, burst, rowsPerDay, priority }
    const made = await createApiKey(tx, { ...inherited, hash, prefix, expiresAt, createdBy: actor.id })
    const oldEndsAt = oldKeyEndsAt(old.expiresAt, now, overlapMs(rotation.overlap))
    await replaceApiKey(tx, { id: old.id, replacedBy: made.id, endsAt: oldEndsAt })
    await writeAudit(tx, {
      actor,
      action: 'key.rotate',
      object: 'key',
      objectId: old.id,
      before: { name, key: old.prefix, expiresAt: old.expiresAt },
      after: { name, key: old.prefix, expiresAt: oldEndsAt, replacedBy: prefix, newExpiresAt: expiresAt },
    })
    return { id: made.id, name, prefix, secret, expiresAt, oldEndsAt }
  })
}

/** Sets all limits of a key; gateways follow within seconds. */
export async function changeKeyLimits(
  db: Db,
  { actor, id, limits }: { actor: AuditActor; id: string; limits: KeyLimits },
): Promise<{ id: string; name: string }> {
  return db.transaction(async (tx) => {
    const old = await lockApiKey(tx, id)
    if (old.revokedAt) throw new AppError('conflict', { detail: `The key ${old.name} was revoked; it needs no limits any more.` })
    await updateKeyLimits(tx, id, limits)
    const before = { name: old.name, ...limitsOf(old) }
    await writeAudit(tx, { actor, action: 'key.limits', object: 'key', objectId: id, before, after: { name: old.name, ...limits } })
    return { id, name: old.name }
  })
}

/** Takes a key out of force. */
export async function endKey(db: Db, { actor, id }: { actor: AuditActor; id: string }): Promise<{ id: string; name: string }> {
  return db.transaction(async (tx) => {
    const key = await revokeApiKey(tx, id)
    await writeAudit(tx, { actor, action: 'key.revoke', object: 'key', objectId: id, before: { name: key.name, key: key.prefix } })
    return { id, name: key.name }
  })
}

function refuseRotation(old: ApiKey, now: Date): void {
  if (old.revokedAt) throw new AppError('conflict', { detail: `The key ${old.name} was revoked. Make a new one instead.` })
  if (old.replacedBy) {
    throw new AppError('conflict', {
      detail: `The key ${old.name} (${old.prefix}…) was already rotated. Rotate the one that took its place.`,
    })
  }
  if (!isKeyInForce(old, now)) {
    throw new AppError('conflict', { detail: `The key ${old.name} expired at ${old.expiresAt?.toISOString()}. Make a new one instead.` })
  }
}

function refusePast(expiresAt: Date | null, now: Date): void {
  if (expiresAt && expiresAt <= now) {
    throw new AppError('bad_input', {
      detail: `The key would have expired already at ${expiresAt.toISOString()}. Choose a time to come, or none.`,
      hint: { param: 'expiresAt' },
    })
  }
}

function limitsOf({ ratePerSecond, burst, rowsPerDay, priority }: ApiKey): KeyLimits {
  return { ratePerSecond, burst, rowsPerDay, priority }
}

/** What the audit log has of a new key: limits that were not set are left out. */
function auditOf(key: ApiKey) {
  const { name, prefix, deployments, actions, expiresAt, ratePerSecond, burst, rowsPerDay, priority } = key
  return {
    name,
    key: prefix,
    deployments,
    actions,
    expiresAt,
    ratePerSecond,
    burst,
    rowsPerDay,
    ...(priority === 'normal' ? {} : { priority }),
  }
}
