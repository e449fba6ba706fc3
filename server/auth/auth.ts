import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { nextCookies } from 'better-auth/next-js'
import { accounts } from '#db/schema/accounts'
import { sessions } from '#db/schema/sessions'
import { users } from '#db/schema/users'
import { verifications } from '#db/schema/verifications'
import type { House } from '#server/house'

const day = 24 * 60 * 60

/** better-auth on our tables: e-mail and password. Accounts are made by the first visit and by admins, never by strangers. */
export function openAuth(house: House, secret: string) {
  return betterAuth({
    secret,
    baseURL: house.env.webUrl,
    trustedOrigins: (request) => trustedOrigins(house, request),
    database: drizzleAdapter(house.db, {
      provider: 'pg',
      schema: { user: users, session: sessions, account: accounts, verification: verifications },
    }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 8, maxPasswordLength: 128 },
    // Roles must be seen at once after a change, so no session is read from a cookie cache.
    session: { expiresIn: 30 * day, updateAge: day, cookieCache: { enabled: false } },
    rateLimit: { enabled: true, window: 60, max: 300, customRules: { '/sign-in/email': { window: 60, max: 30 } } },
    advanced: { cookiePrefix: 'stageline' },
    telemetry: { enabled: false },
    plugins: [nextCookies()],
  })
}

export type Auth = ReturnType<typeof openAuth>

/** Behind no proxy the browser may say localhost or the address: both are this machine, at our port. */
function trustedOrigins(house: House, _request: Request | undefined): string[] {
  const { STAGELINE_PORT: port, webUrl } = house.env
  return [webUrl, `http://localhost:${port}`, `http://127.0.0.1:${port}`]
}
