import { asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client'
import { secrets } from '#db/schema/secrets'

/** Names only: values never leave the server. */
export async function listSecrets(db: Db) {
  return db
    .select({ name: secrets.name, createdBy: secrets.createdBy, createdAt: secrets.createdAt })
    .from(secrets)
    .orderBy(asc(secrets.name))
}

/** The sealed value, or null. */
export async function findSecret(db: Db, name: string): Promise<string | null> {
  const [row] = await db.select({ value: secrets.value }).from(secrets).where(eq(secrets.name, name))
  return row?.value ?? null
}

export async function setSecret(db: Db, input: { name: string; value: string; createdBy: string }): Promise<void> {
  await db
    .insert(secrets)
    .values(input)
    .onConflictDoUpdate({ target: secrets.name, set: { value: input.value, createdBy: input.createdBy, createdAt: new Date() } })
}

export async function removeSecret(db: Db, name: string): Promise<boolean> {
  return (await db.delete(secrets).where(eq(secrets.name, name)).returning({ name: secrets.name })).length > 0
}
