import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listAudit } from '#db/queries/audit'
import { appRouter } from '#server/api/root'
import { type Actor, createCallerFactory } from '#server/api/trpc'
import { authOf, findActor } from '#server/auth/session'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'

let house: House
const callerOf = createCallerFactory(appRouter)
const as = (actor: Actor | null) => callerOf({ house, actor })
const owner = { name: 'Ada', email: 'Ada@Example.com', password: 'analytical engine' }
let ada: Actor

beforeAll(async () => {
  house = await testHouse({ STAGELINE_PORT: '4400' })
  const { id } = await as(null).people.createOwner(owner)
  ada = { id, name: 'Ada', email: 'ada@example.com', role: 'admin' }
})
afterAll(() => house.close())

/** Signs in as a browser does and gives the cookie that later requests carry. */
async function signIn(email: string, password: string): Promise<Response> {
  const request = new Request(`${house.env.webUrl}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: house.env.webUrl },
    body: JSON.stringify({ email, password }),
  })
  return authOf(house).handler(request)
}

const cookieOf = (response: Response) => new Headers({ cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '' })

describe('the first visit', () => {
  test('makes one owner; a second browser that was slower gets a sentence', async () => {
    await expect(as(null).people.createOwner({ ...owner, email: 'eve@example.com' })).rejects.toThrow(/already an owner/)
  })

  test('the owner signs in with the password and is an admin', async () => {
    const response = await signIn('ada@example.com', owner.password)
    expect(response.status).toBe(200)
    expect(await findActor(house, cookieOf(response))).toMatchObject({ id: ada.id, role: 'admin' })
  })

  test('a wrong password is refused', async () => {
    expect((await signIn('ada@example.com', 'difference engine')).status).toBe(401)
  })

  test('strangers cannot sign up', async () => {
    const request = new Request(`${house.env.webUrl}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: house.env.webUrl },
      body: JSON.stringify({ name: 'Eve', email: 'eve@example.com', password: 'let me in please' }),
    })
    expect((await authOf(house).handler(request)).status).toBeGreaterThanOrEqual(400)
  })
})

describe('roles', () => {
  test('only admins add people, and the refusal says who can', async () => {
    const viewer: Actor = { id: 'v', name: 'Vi', email: 'vi@example.com', role: 'viewer' }
    const bob = { name: 'Bob', email: 'bob@example.com', password: 'a good password', role: 'analyst' as const }
    await expect(as(viewer).people.create(bob)).rejects.toThrow(/Your role is viewer; this needs admin/)
    await expect(as(null).people.list()).rejects.toThrow(/Sign in first/)
    expect(await as(ada).people.create(bob)).toMatchObject({ role: 'analyst' })
    await expect(as(ada).people.create(bob)).rejects.toThrow(/already a user with the e-mail bob@example.com/)
  })

  test('a change of role holds for the next request of a signed-in browser', async () => {
    const bob = (await as(ada).people.list()).find((user) => user.email === 'bob@example.com')
    const cookie = cookieOf(await signIn('bob@example.com', 'a good password'))
    await as(ada).people.setRole({ id: bob?.id ?? '', role: 'lead' })
    expect((await findActor(house, cookie))?.role).toBe('lead')
    await as(ada).people.setDisabled({ id: bob?.id ?? '', disabled: true })
    expect(await findActor(house, cookie)).toBeNull()
  })

  test('the last admin stays an admin', async () => {
    await expect(as(ada).people.setRole({ id: ada.id, role: 'viewer' })).rejects.toThrow(/last admin/)
    expect((await as(ada).people.list()).find((user) => user.id === ada.id)?.role).toBe('admin')
  })

  test('every change stands in the audit log with before and after', async () => {
    const entries = await listAudit(house.db, { limit: 50 })
    expect(entries.map((entry) => entry.action)).toEqual(['user.disable', 'user.role', 'user.create', 'user.create'])
    expect(entries[1]).toMatchObject({ actorName: 'Ada', before: { role: 'analyst' }, after: { role: 'lead' } })
  })
})

describe('secrets', () => {
  test('are kept sealed, listed by name only, and removed once', async () => {
    await as(ada).secrets.set({ name: 'pii-key', value: 'pepper' })
    expect(JSON.stringify(await as(ada).secrets.list())).not.toContain('pepper')
    await as(ada).secrets.remove({ name: 'pii-key' })
    await expect(as(ada).secrets.remove({ name: 'pii-key' })).rejects.toThrow(/no secret "pii-key"/)
    await expect(as(ada).secrets.set({ name: 'Bad Name', value: 'x' })).rejects.toThrow()
  })
})
