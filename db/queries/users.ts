import { and, asc, count, eq, isNull, ne } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Role } from '#core/people/roles'
import type { Db } from '#db/client'
import { accounts } from '#db/schema/accounts'
import { sessions } from '#db/schema/sessions'
import { users } from '#db/schema/users'

export type User = typeof users.$inferSelect

/** Who the command line acts as before there are people. A row like any other, so that what it makes has an owner, but nobody signs in as it. */
const localOwnerId = 'cli'

/** People only: the command line's own row does not keep the first visitor from becoming the owner. */
export async function countUsers(db: Db): Promise<number> {
  const [row] = await db.select({ n: count() }).from(users).where(ne(users.id, localOwnerId))
  return row?.n ?? 0
}

export async function findUser(db: Db, id: string): Promise<User | null> {
  const [user] = await db.select().from(users).where(eq(users.id, id))
  return user ?? null
}

export async function getUser(db: Db, id: string): Promise<User> {
  const user = await findUser(db, id)
  if (!user) throw new AppError('not_found', { detail: 'This user does not exist any more.' })
  return user
}

export async function findUserByEmail(db: Db, email: string): Promise<User | null> {
  const [user] = await db.select().from(users).where(eq(users.email, email.toLowerCase()))
  return user ?? null
}

/** Everybody, the first to come first. */
export async function listUsers(db: Db): Promise<User[]> {
  return db.select().from(users).where(ne(users.id, localOwnerId)).orderBy(asc(users.createdAt))
}

/** Whom the command line acts for when nobody is named: the first admin, or the local owner while there are no people. */
export async function getOwner(db: Db): Promise<User> {
  const [owner] = await db
    .select()
    .from(users)
    .where(and(eq(users.role, 'admin'), isNull(users.disabledAt), ne(users.id, localOwnerId)))
    .orderBy(asc(users.createdAt))
    .limit(1)
  if (owner) return owner
  const local = { id: localOwnerId, name: 'Command line', email: 'cli@localhost', role: 'admin' as const, disabledAt: new Date() }
  await db.insert(users).values(local).onConflictDoNothing()
  return getUser(db, localOwnerId)
}

/** Makes a user who signs in with a password; `passwordHash` comes from better-auth. */
export async function createUser(
  db: Db,
  input: { id: string; name: string; email: string; role: Role; passwordHash: string },
): Promise<User> {
  const email = input.email.toLowerCase()
  if (await findUserByEmail(db, email)) throw new AppError('conflict', { detail: `There is already a user with the e-mail ${email}.` })
  const [user] = await db.insert(users).values({ id: input.id, name: input.name, email, role: input.role, emailVerified: true }).returning()
  if (!user) throw new AppError('bug')
  await db
    .insert(accounts)
    .values({ id: `${input.id}-password`, userId: input.id, accountId: input.id, providerId: 'credential', password: input.passwordHash })
  return user
}

export async function updateUser(db: Db, id: string, change: { role?: Role; name?: string; disabledAt?: Date | null }): Promise<User> {
  const [user] = await db
    .update(users)
    .set({ ...change, updatedAt: new Date() })
    .where(eq(users.id, id))
    .returning()
  if (!user) throw new AppError('not_found', { detail: 'This user does not exist any more.' })
  return user
}

/** Replaces the password and ends all sessions of the user. */
export async function updatePassword(db: Db, id: string, passwordHash: string): Promise<void> {
  await db.update(accounts).set({ password: passwordHash, updatedAt: new Date() }).where(eq(accounts.userId, id))
  await removeSessions(db, id)
}

export async function removeSessions(db: Db, userId: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.userId, userId))
}
