import http from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ApiKey, createApiKey } from '#db/queries/api-keys'
import { createUser } from '#db/queries/users'
import { appRouter } from '#server/api/root'
import { createCallerFactory } from '#server/api/trpc'
import { type TestGateway, testGateway } from '#server/testing/test-gateway'
import { type Gateway, runGateway } from '../run-gateway'
import { newApiKey } from './key-ring'

/** Keys as callers meet them: over HTTP, at two gateways on one database, changed through the API. */

let one: TestGateway
let two: Gateway
const record = { body: 'spam', hour: 3 }
const admin = { id: 'ada', name: 'Ada', email: 'ada@example.com', role: 'admin' } as const

beforeAll(async () => {
  one = await testGateway()
  two = await runGateway(one.house)
  await createUser(one.house.db, { ...admin, passwordHash: 'x' })
})
afterAll(async () => {
  await two?.close()
  await one?.close()
})

const api = () => createCallerFactory(appRouter)({ house: one.house, actor: admin }).keys

async function makeKey(more: Partial<ApiKey> = {}) {
  const { secret, hash, prefix } = newApiKey()
  const { id } = await createApiKey(one.house.db, { name: 'caller', prefix, hash, deployments: null, createdBy: null, ...more })
  return { id, secret }
}

async function ask(
  secret: string,
  {
    body = record,
    gateway = one.gateway,
    method = 'POST',
    path = '/v1/triage/predict',
  }: { body?: unknown; gateway?: Gateway; method?: string; path?: string } = {},
) {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}` },
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  return { status: response.status, retryAfter: response.headers.get('retry-after'), text }
}

const totals = async (id: string) => (await api().list()).find((key) => key.id === id)?.month

describe('limits', () => {
  it('a rate answers 429 with the seconds to wait, on each gateway for itself', async () => {
    const { id, secret } = await makeKey({ ratePerSecond: 0.02, burst: 3 })
    const answers = []
    for (let i = 0; i < 5; i++) answers.push(await ask(secret))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429])
    expect(Number(answers[4]?.retryAfter)).toBeGreaterThan(45)
    expect(Number(answers[4]?.retryAfter)).toBeLessThanOrEqual(50)
    expect(JSON.parse(answers[4]?.text ?? '')).toMatchObject({
      error: { code: 'too_many', message: expect.stringContaining('0.02 requests a second') },
    })
    expect((await ask(secret, { gateway: two })).status).toBe(200)
    await vi.waitFor(async () => expect(await totals(id)).toEqual({ requests: 6, rows: 4, limited: 2, failed: 0 }), 10_000)
  })

  it('a rate that is raised holds within seconds, and a key without a rate has none', async () => {
    const { id, secret } = await makeKey({ ratePerSecond: 0.02, burst: 1 })
    expect((await ask(secret)).status).toBe(200)
    expect((await ask(secret)).status).toBe(429)
    await api().setLimits({ id, limits: { priority: 'low' } })
    await vi.waitFor(async () => expect((await ask(secret)).status).toBe(200), 5_000)
    expect((await api().list()).find((key) => key.id === id)).toMatchObject({ ratePerSecond: null, burst: null, priority: 'low' })
  })

  it('a quota is one over both gateways, in every protocol, and says when the day ends', async () => {
    const { secret } = await makeKey({ rowsPerDay: 20 })
    expect((await ask(secret, { body: Array.from({ length: 8 }, () => record) })).status).toBe(200)
    expect((await ask(secret, { gateway: two, body: Array.from({ length: 8 }, () => record) })).status).toBe(200)
    // More than is left by either gateway's own count: it never passes, and is refused with the whole truth in the end.
    const many = Array.from({ length: 13 }, () => record)
    const refusalAt = (gateway: Gateway, path: string, body: unknown) =>
      vi.waitFor(async () => {
        const { status, text, retryAfter } = await ask(secret, { gateway, path, body })
        expect(text).toMatch(/This key may ask for 20 rows a day; 4 are left, and this request has 13\. The day ends at 00:00 UTC, in /)
        expect(status).toBe(429)
        const seconds = (86_400_000 - (Date.now() % 86_400_000)) / 1000
        expect(Math.abs(Number(retryAfter) - seconds)).toBeLessThan(5)
      }, 10_000)
    await refusalAt(one.gateway, '/v1/triage/predict', many)
    await refusalAt(two, '/v1/triage/predict', many)
    await refusalAt(two, '/v1/triage/invocations', { dataframe_records: many })
    expect((await ask(secret, { body: [record, record] })).status).toBe(200)
    expect((await ask(secret, { body: Array.from({ length: 21 }, () => record) })).status).toBe(413)
    // What does not fit costs nothing.
    for (let i = 0; i < 5; i++) expect((await ask(secret, { body: { nothing: 1 } })).status).toBe(422)
    expect((await ask(secret, { body: [record, record] })).status).toBe(200)
    expect((await ask(secret)).text).toMatch(/; none is left/)
  })
})

describe('what a key may do', () => {
  it('one that may only read what a deployment answers cannot ask it, and the other way round', async () => {
    const [reader, asker] = [await makeKey({ actions: ['describe'] }), await makeKey({ actions: ['predict'] })]
    const describeIt = { method: 'GET', path: '/v1/triage' }
    expect((await ask(reader.secret, describeIt)).status).toBe(200)
    expect(await ask(reader.secret)).toMatchObject({
      status: 403,
      text: expect.stringContaining('This key may not ask for predictions. It may read'),
    })
    expect((await ask(asker.secret)).status).toBe(200)
    expect(await ask(asker.secret, describeIt)).toMatchObject({ status: 403, text: expect.stringContaining('It may ask for predictions.') })
  })

  it('an expired one is refused with the day, a revoked one within 5 s at both gateways', async () => {
    const expired = await makeKey({ expiresAt: new Date('2026-01-31T18:00:00Z') })
    expect(await ask(expired.secret)).toMatchObject({ status: 401, text: expect.stringContaining('expired on 2026-01-31 18:00 UTC') })
    const { id, secret } = await makeKey()
    for (const gateway of [one.gateway, two]) expect((await ask(secret, { gateway })).status).toBe(200)
    await api().revoke({ id })
    for (const gateway of [one.gateway, two]) await vi.waitFor(async () => expect((await ask(secret, { gateway })).status).toBe(401), 5_000)
    await expect(api().revoke({ id })).rejects.toThrow(/already revoked/)
  })

  it('after a rotation old and new work at both gateways, then the old one fails', async () => {
    const { id, secret } = await makeKey({ deployments: ['triage'] })
    const made = await api().rotate({ id, overlap: '1h' })
    for (const gateway of [one.gateway, two])
      for (const each of [secret, made.secret]) expect((await ask(each, { gateway })).status).toBe(200)
    // An hour later, as the gateways see it.
    await one.house.pool.query('update api_keys set expires_at = now() where id = $1', [id])
    for (const gateway of [one.gateway, two]) {
      await vi.waitFor(
        async () =>
          expect(await ask(secret, { gateway })).toMatchObject({
            status: 401,
            text: expect.stringContaining('Use the key that took its place'),
          }),
        5_000,
      )
      expect((await ask(made.secret, { gateway })).status).toBe(200)
    }
  })
})

describe('counts', () => {
  it('are exact after load at both gateways: answered, refused, failed, and hung up', async () => {
    const { id, secret } = await makeKey({ ratePerSecond: 0.001, burst: 300 })
    let answered = 0
    let limited = 0
    let rows = 0
    await Promise.all(
      Array.from({ length: 16 }, async (_, worker) => {
        for (let i = 0; i < 40; i++) {
          const size = 1 + ((worker + i) % 3)
          const gateway = i % 2 ? one.gateway : two
          const { status } = await ask(secret, { gateway, body: Array.from({ length: size }, () => record) })
          if (status === 200) {
            answered += 1
            rows += size
          } else if (status === 429) limited += 1
        }
      }),
    )
    expect([answered, limited]).toEqual([600, 40])
    await vi.waitFor(async () => expect(await totals(id)).toEqual({ requests: 640, rows, limited, failed: 0 }), 10_000)

    const other = await makeKey()
    expect((await ask(other.secret, { body: { nothing: 1 } })).status).toBe(422)
    expect((await ask(other.secret, { path: '/v1/nowhere/predict' })).status).toBe(404)
    await hangUp(other.secret)
    await vi.waitFor(async () => expect(await totals(other.id)).toEqual({ requests: 2, rows: 0, limited: 0, failed: 2 }), 10_000)
    const usage = await api().usage({ id: other.id })
    expect(usage.days).toEqual([{ day: usage.to, deployment: 'triage', requests: 2, rows: 0, limited: 0, failed: 2 }])
  })

  it('are written when a gateway ends', async () => {
    const { id, secret } = await makeKey()
    const third = await runGateway(one.house)
    expect((await ask(secret, { gateway: third })).status).toBe(200)
    await third.close()
    expect(await totals(id)).toEqual({ requests: 1, rows: 1, limited: 0, failed: 0 })
  })
})

/** A request whose caller leaves before its body is there. */
async function hangUp(secret: string): Promise<void> {
  const request = http.request(`${one.gateway.url}/v1/triage/predict`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-length': '100' },
  })
  request.on('error', () => undefined)
  request.write('{')
  await new Promise((resolve) => setTimeout(resolve, 200))
  request.destroy()
}
