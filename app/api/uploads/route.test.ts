import { existsSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listDataSets } from '#db/queries/data-sets'
import { createUser } from '#db/queries/users'
import { authOf } from '#server/auth/session'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { PUT } from './route'

let house: House
const cookies: Record<string, string> = {}
// The web process keeps its house here; the route finds this one.
const shared = globalThis as typeof globalThis & { stagelineHouse?: House }

beforeAll(async () => {
  house = await testHouse()
  shared.stagelineHouse = house
  process.env.DATABASE_URL = house.databaseUrl
  const auth = authOf(house)
  const password = 'correct horse'
  const passwordHash = await (await auth.$context).password.hash(password)
  for (const role of ['viewer', 'analyst'] as const) {
    const email = `${role}@example.com`
    await createUser(house.db, { id: role, name: role, email, role, passwordHash })
    const response = await auth.api.signInEmail({ body: { email, password }, asResponse: true })
    cookies[role] = response.headers.get('set-cookie')?.split(';')[0] ?? ''
  }
})
afterAll(async () => {
  delete shared.stagelineHouse
  delete process.env.DATABASE_URL
  await house.close()
})

type Sent = { as?: 'viewer' | 'analyst'; origin?: string; body?: RequestInit['body']; length?: number; query?: string }

async function send({ as, origin = 'http://studio.example', body = 'a,b\n1,2\n', length, query = 'name=t.csv' }: Sent) {
  const response = await PUT(
    new Request(`http://studio.example/api/uploads?${query}`, {
      method: 'PUT',
      headers: {
        origin,
        host: 'studio.example',
        ...(as && { cookie: cookies[as] ?? '' }),
        ...(length !== undefined && { 'content-length': String(length) }),
      },
      ...(body !== null && { body, duplex: 'half' }),
    }),
  )
  return { status: response.status, ...(await response.json()) }
}

const leftovers = () => (existsSync(house.env.uploadsDir) ? readdirSync(house.env.uploadsDir) : [])

test('an analyst uploads a file as it is', async () => {
  expect(await send({ as: 'analyst', length: 8 })).toMatchObject({ status: 200, name: 't', version: 1, isNew: true })
  expect(leftovers()).toEqual([])
})

test.each<[string, Sent, number, RegExp]>([
  ['a stranger', {}, 401, /^Sign in first\.$/],
  ['a viewer', { as: 'viewer' }, 403, /^Your role is viewer; uploading needs analyst or above\.$/],
  ['another site', { as: 'analyst', origin: 'http://evil.example' }, 403, /comes from another site/],
  ['no body', { as: 'analyst', body: null }, 422, /has no body/],
  ['an empty body', { as: 'analyst', body: new Uint8Array() }, 422, /^t\.csv is empty\. Choose a file/],
  ['less than was announced', { as: 'analyst', length: 500 }, 422, /^Only 8 of 500 bytes of t\.csv arrived\. Send it again\.$/],
  ['more than fits', { as: 'analyst', length: 1e15 }, 507, /^There is not enough free disk space for t\.csv\./],
  ['a data set that is not there', { as: 'analyst', query: `name=t.csv&dataSet=${crypto.randomUUID()}` }, 404, /data set/],
])('%s is refused in a sentence, and nothing is kept', async (_who, sent, status, sentence) => {
  const before = await listDataSets(house.db)
  const answer = await send(sent)
  expect(answer.status).toBe(status)
  expect(answer.error).toMatch(sentence)
  expect(await listDataSets(house.db)).toEqual(before)
  expect(leftovers()).toEqual([])
})

test('an upload that breaks off half-way leaves nothing', async () => {
  const before = await listDataSets(house.db)
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1
      if (sent > 40) controller.error(new Error('the browser is gone'))
      else controller.enqueue(new Uint8Array(65_536).fill(97))
    },
  })
  expect(await send({ as: 'analyst', body, length: 100_000_000 })).toMatchObject({
    status: 422,
    error: expect.stringMatching(/^The upload of t\.csv broke off after \d+ bytes\. Nothing was kept; send it again\.$/),
  })
  expect(await listDataSets(house.db)).toEqual(before)
  expect(leftovers()).toEqual([])
})
