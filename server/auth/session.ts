import { findUser } from '#db/queries/users'
import type { Actor } from '#server/api/trpc'
import { type Auth, openAuth } from '#server/auth/auth'
import type { House } from '#server/house'
import { secretKey } from '#server/secret-key'

const auths = new WeakMap<House, Auth>()

/** The one better-auth of a house. */
export function authOf(house: House): Auth {
  let auth = auths.get(house)
  if (!auth) {
    auth = openAuth(house, secretKey(house.env))
    auths.set(house, auth)
  }
  return auth
}

/** Who sends these headers, or null. The role is read from the database each time: a change holds at once. */
export async function findActor(house: House, headers: Headers): Promise<Actor | null> {
  const session = await authOf(house).api.getSession({ headers })
  if (!session) return null
  const user = await findUser(house.db, session.user.id)
  if (!user || user.disabledAt) return null
  return { id: user.id, name: user.name, email: user.email, role: user.role }
}

/**
 * Whether a changing request comes from our own pages. Cookies are SameSite=Lax already; this also refuses another
 * port of the same host. A request without an Origin (a program) carries no cookie of a victim and is let through.
 */
export function isSameOrigin(headers: Headers): boolean {
  const origin = headers.get('origin')
  if (!origin) return true
  const host = headers.get('x-forwarded-host') ?? headers.get('host')
  return URL.canParse(origin) && new URL(origin).host === host
}
