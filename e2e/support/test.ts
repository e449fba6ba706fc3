import { type APIRequestContext, type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import type { Role } from '#core/people/roles'
import { callApi, signIn } from './api'
import { ownerSession } from './people'
import { choosePorts } from './ports'

type SignedIn = { page: Page; request: APIRequestContext; email: string; password: string }

type Fixtures = {
  /** The API as the owner, for preparing a journey. */
  api: APIRequestContext
  /** A browser of its own, signed in as a new person with this role. */
  someone: (role: Role) => Promise<SignedIn>
  gatewayUrl: string
}

let people = 0

/** Journeys begin signed in as the owner; `page` is the owner's. */
export const test = base.extend<Fixtures>({
  storageState: ownerSession,
  api: async ({ context }, use) => use(context.request),
  gatewayUrl: `http://127.0.0.1:${choosePorts().gateway}`,
  someone: async ({ browser, api, baseURL }, use) => {
    const contexts: BrowserContext[] = []
    await use(async (role) => {
      people += 1
      const person = { name: `Some ${role}`, email: `${role}-${process.pid}-${people}@example.org`, password: 'a password of some length' }
      await callApi(api, 'mutation', 'people.create', { ...person, role })
      const context = await browser.newContext({ storageState: { cookies: [], origins: [] }, ...(baseURL ? { baseURL } : {}) })
      contexts.push(context)
      await signIn(context.request, person)
      return { page: await context.newPage(), request: context.request, email: person.email, password: person.password }
    })
    for (const context of contexts) await context.close()
  },
})

export { expect }
