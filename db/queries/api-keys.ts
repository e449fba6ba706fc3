import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Db } from '#db/client'
import { apiKeys } from '#db/schema/api-keys'
import { users } from '#db/schema/users'

export type ApiKey = typeof apiKeys.$inferSelect

/** All keys, newest first, with who made them; never the secret. */
export async function listApiKeys(db: Db) {
  return db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      prefix: apiKeys.prefix,
      deployments: apiKeys.deployments,
      createdAt: apiKeys.createdAt,
      createdBy: users.name,
      lastUsedAt: apiKeys.lastUsedAt,
      revokedAt: apiKeys.revokedAt,
    })
    .from(apiKeys)
    .leftJoin(users, eq(users.id, apiKeys.createdBy))
    .orderBy(desc(apiKeys.createdAt))
}

/** What a gateway checks callers against: hash, id and scope of every key that is in force. */
export async function listKeyHashes(db: Db) {
  return db.select({ id: apiKeys.id, hash: apiKeys.hash, deployments: apiKeys.deployments }).from(apiKeys).where(isNull(apiKeys.revokedAt))
}

export async function createApiKey(
  tx: Db,
  input: { name: string; prefix: string; hash: string; deployments: string[] | null; createdBy: string | null },
): Promise<ApiKey> {
  const [row] = await tx.insert(apiKeys).values(input).returning()
  if (!row) throw new AppError('bug')
  await tx.execute(sql`select pg_notify('keys_changed', ${row.id})`)
  return row
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
    if (!old) throw new AppError('not_found', { detail: 'This key does not exist any more.' })
    throw new AppError('conflict', { detail: `The key ${old.name} was already revoked at ${old.revokedAt?.toISOString()}.` })
  }
  await tx.execute(sql`select pg_notify('keys_changed', ${row.id})`)
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
