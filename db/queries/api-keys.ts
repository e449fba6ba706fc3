import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { AppError } from '#core/errors/app-error'
import type { KeyLimits } from '#core/keys/key-limits'
import type { Db } from '#db/client'
import { apiKeys } from '#db/schema/api-keys'
import { users } from '#db/schema/users'

export type ApiKey = typeof apiKeys.$inferSelect

const successors = alias(apiKeys, 'successors')

/** What a key opens, how much of it, and for how long. */
const rules = {
  deployments: apiKeys.deployments,
  actions: apiKeys.actions,
  ratePerSecond: apiKeys.ratePerSecond,
  burst: apiKeys.burst,
  rowsPerDay: apiKeys.rowsPerDay,
  priority: apiKeys.priority,
  expiresAt: apiKeys.expiresAt,
  replacedBy: apiKeys.replacedBy,
}

/** Every column that people may see, with who made it and what took its place; never the hash. */
const shown = {
  id: apiKeys.id,
  name: apiKeys.name,
  prefix: apiKeys.prefix,
  ...rules,
  replacedByPrefix: successors.prefix,
  createdAt: apiKeys.createdAt,
  createdBy: users.name,
  lastUsedAt: apiKeys.lastUsedAt,
  revokedAt: apiKeys.revokedAt,
}

/** All keys, newest first. */
export async function listApiKeys(db: Db) {
  return shownKeys(db).orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
}

/** One key as the list has it. */
export async function getShownApiKey(db: Db, id: string) {
  const [key] = await shownKeys(db).where(eq(apiKeys.id, id))
  if (!key) throw unknownKey()
  return key
}

function shownKeys(db: Db) {
  return db
    .select(shown)
    .from(apiKeys)
    .leftJoin(users, eq(users.id, apiKeys.createdBy))
    .leftJoin(successors, eq(successors.id, apiKeys.replacedBy))
}

/** What a gateway checks callers against: hash, scopes and limits of every key that was not revoked. */
export async function listKeyHashes(db: Db) {
  return db
    .select({ id: apiKeys.id, hash: apiKeys.hash, ...rules })
    .from(apiKeys)
    .where(isNull(apiKeys.revokedAt))
}

type Optional = 'actions' | 'ratePerSecond' | 'burst' | 'rowsPerDay' | 'priority' | 'expiresAt'

export async function createApiKey(
  tx: Db,
  input: Pick<ApiKey, 'name' | 'prefix' | 'hash' | 'deployments' | 'createdBy'> & Partial<Pick<ApiKey, Optional>>,
): Promise<ApiKey> {
  const [row] = await tx.insert(apiKeys).values(input).returning()
  if (!row) throw new AppError('bug')
  await tellGateways(tx, row.id)
  return row
}

/** One key, whole, locked until the transaction ends. */
export async function lockApiKey(tx: Db, id: string): Promise<ApiKey> {
  const [row] = await tx.select().from(apiKeys).where(eq(apiKeys.id, id)).for('update')
  if (!row) throw unknownKey()
  return row
}

/** Puts another key in the place of this one, which works until `endsAt`. Call it with the row locked. */
export async function replaceApiKey(tx: Db, { id, replacedBy, endsAt }: { id: string; replacedBy: string; endsAt: Date }): Promise<void> {
  await tx.update(apiKeys).set({ replacedBy, expiresAt: endsAt }).where(eq(apiKeys.id, id))
  await tellGateways(tx, id)
}

/** Sets all limits of a key. Call it with the row locked. */
export async function updateKeyLimits(tx: Db, id: string, { ratePerSecond, burst, rowsPerDay, priority }: KeyLimits): Promise<void> {
  await tx.update(apiKeys).set({ ratePerSecond, burst, rowsPerDay, priority }).where(eq(apiKeys.id, id))
  await tellGateways(tx, id)
}

/** Takes a key out of force. Revoking twice is an error that says when it was done. */
export async function revokeApiKey(tx: Db, id: string): Promise<ApiKey> {
  const [row] = await tx
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .returning()
  if (!row) {
    const [old] = await tx.select().from(apiKeys).where(eq(apiKeys.id, id))
    if (!old) throw unknownKey()
    throw new AppError('conflict', { detail: `The key ${old.name} was already revoked at ${old.revokedAt?.toISOString()}.` })
  }
  await tellGateways(tx, row.id)
  return row
}

/** Moves "last used" forward, never back: gateways report late and out of order. */
export async function touchApiKeys(db: Db, used: ReadonlyMap<string, Date>): Promise<void> {
  for (const [id, at] of [...used].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await db
      .update(apiKeys)
      .set({ lastUsedAt: sql`greatest(${apiKeys.lastUsedAt}, ${at.toISOString()}::timestamptz)` })
      .where(eq(apiKeys.id, id))
  }
}

async function tellGateways(tx: Db, id: string): Promise<void> {
  await tx.execute(sql`select pg_notify('keys_changed', ${id})`)
}

function unknownKey(): AppError {
  return new AppError('not_found', { detail: 'This key does not exist any more. See Settings, API keys.' })
}
