import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listAudit } from '#db/queries/audit'
import { users } from '#db/schema/users'
import { appRouter } from '#server/api/root'
import { type Actor, createCallerFactory } from '#server/api/trpc'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { deliverAlerts } from './deliver-alerts'
import { deployTiny, trafficOf, type Watched, writeTraffic } from './testing'
import { lookAtRules } from './watch-alerts'

const minute = 60_000
let house: House
let watched: Watched
let lead: ReturnType<typeof as>
const callerOf = createCallerFactory(appRouter)
const as = (role: Actor['role']) => callerOf({ house, actor: { id: 'lea', name: 'Lea', email: 'lea@example.com', role } })
/** Each test has its own hour, so that traffic of one is not seen by another. */
let start = Math.floor(Date.UTC(2026, 10, 23, 12) / minute) * minute

beforeAll(async () => {
  house = await testHouse()
  await house.db.insert(users).values({ id: 'lea', name: 'Lea', email: 'lea@example.com', role: 'lead' })
  watched = await deployTiny(house, 'triage')
  lead = as('lead')
})
afterAll(() => house.close())
beforeEach(async () => {
  start += 3 * 60 * minute
  for (const rule of await lead.alerts.rules({})) await lead.alerts.removeRule({ id: rule.id })
})

const rule = { deployment: 'triage', name: 'Errors', figure: 'errorRate', operator: '>' as const, limit: 0.05, minutes: 2 }

/** Traffic in the minute that begins `at` minutes after the start of the test. */
async function traffic(at: number, spec: Parameters<typeof trafficOf>[0], test = false): Promise<void> {
  const versionId = watched.versions[0]?.id ?? ''
  await writeTraffic(house, { deploymentId: watched.deploymentId, versionId, test }, [[start + at * minute, trafficOf(spec)]])
}

/** Looks every 30 s from one minute to another. */
async function lookFrom(from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 0.5) expect(await lookAtRules(house, start + at * minute)).toBe(true)
}

describe('a rule', () => {
  test('opens one alert, which closes when the figure is well again', async () => {
    await lead.alerts.createRule(rule)
    for (let at = 0; at < 12; at++) await traffic(at, { requests: 50, ...(at >= 2 && at < 6 ? { status: 503 } : {}) })
    await lookFrom(0, 2)
    expect(await lead.alerts.list({})).toEqual([])
    await lookFrom(2, 6)
    const [open, ...others] = await lead.alerts.list({})
    expect(others).toEqual([])
    expect(open).toMatchObject({ sentence: 'Errors (5xx) of triage: 100.0 %, above 5.0 % for 2 min', closedAt: null, webhookStatus: null })
    expect((await lead.alerts.rules({}))[0]).toMatchObject({ status: 'firing' })
    await lookFrom(6, 12)
    expect((await lead.alerts.list({}))[0]?.closedAt).toBeInstanceOf(Date)
    expect((await lead.alerts.rules({}))[0]).toMatchObject({ status: 'ok', value: 0 })
  })

  test('on drift fires when the input turns, on test traffic only if it is told to', async () => {
    await lead.alerts.createRule({ ...rule, name: 'all', figure: 'drift:hour', limit: 0.25, minutes: 0 })
    await lead.alerts.createRule({ ...rule, name: 'real', figure: 'drift:hour', limit: 0.25, minutes: 0, includesTest: false })
    await traffic(0, { requests: 100 })
    await lookFrom(1, 2)
    expect(await lead.alerts.list({})).toEqual([])
    await traffic(2, { requests: 400, input: { body: 'one', hour: 22 } }, true)
    await lookFrom(3, 4)
    expect((await lead.alerts.list({})).map((alert) => alert.name)).toEqual(['all'])
  })

  test('that is off is not looked at; one that is changed forgets, and its open alert closes', async () => {
    const { id } = await lead.alerts.createRule({ ...rule, minutes: 0 })
    const off = await lead.alerts.createRule({ ...rule, name: 'off', minutes: 0, enabled: false })
    await traffic(0, { requests: 10, status: 500 })
    await lookFrom(0, 1)
    expect((await lead.alerts.list({})).map((alert) => alert.ruleId)).toEqual([id])
    await lead.alerts.updateRule({ ...rule, id, limit: 0.5 })
    expect((await lead.alerts.list({}))[0]?.closedAt).toBeInstanceOf(Date)
    expect((await lead.alerts.rules({})).find((one) => one.id === off.id)).toMatchObject({ status: 'ok', since: null })
  })

  test('is looked at by one worker at a time', async () => {
    await lead.alerts.createRule({ ...rule, minutes: 0 })
    await traffic(0, { requests: 10, status: 500 })
    const looks = await Promise.all(Array.from({ length: 6 }, () => lookAtRules(house, start + 0.5 * minute)))
    expect(looks).toContain(true)
    expect(await lead.alerts.list({})).toHaveLength(1)
  })
})

describe('people', () => {
  test('only leads make rules; analysts acknowledge; both are in the audit log', async () => {
    await expect(as('analyst').alerts.createRule(rule)).rejects.toThrow(/needs lead/)
    await lead.alerts.createRule({ ...rule, minutes: 0, webhook: 'https://hooks.example.com/T0/secret-token' })
    expect((await as('viewer').alerts.rules({}))[0]?.webhook).toBe('https://hooks.example.com/…')
    expect((await lead.alerts.rules({}))[0]?.webhook).toContain('secret-token')
    await traffic(0, { requests: 10, status: 500 })
    await lookFrom(0, 1)
    const [alert] = await lead.alerts.list({})
    await expect(as('viewer').alerts.acknowledge({ id: alert?.id ?? '' })).rejects.toThrow(/needs analyst/)
    expect(await as('analyst').alerts.acknowledge({ id: alert?.id ?? '' })).toEqual({ acknowledged: true })
    expect(await as('analyst').alerts.acknowledge({ id: alert?.id ?? '' })).toEqual({ acknowledged: false })
    expect((await lead.alerts.list({}))[0]).toMatchObject({ acknowledgedBy: 'Lea', closedAt: null })
    const actions = (await listAudit(house.db, { limit: 2 })).map((entry) => entry.action)
    expect(actions).toEqual(['alert.acknowledge', 'alertRule.create'])
  })

  test.each([
    [{ figure: 'nonsense' }, /no such figure/],
    [{ webhook: 'file:///etc/passwd' }, /http or https/],
    [{ webhook: 'not an address' }, /http or https/],
    [{ name: '  ' }, /a name/],
    [{ minutes: 2000 }, /a day at most/],
  ])('a wrong rule %j is refused in words', async (wrong, words) => {
    await expect(lead.alerts.createRule({ ...rule, ...wrong })).rejects.toThrow(words)
  })
})

describe('a webhook', () => {
  let server: http.Server
  const got: { body: string; id: string | undefined }[] = []
  let answer = 200
  let url = ''

  beforeAll(async () => {
    server = http.createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        got.push({ body, id: String(request.headers['x-stageline-delivery']) })
        response.writeHead(answer).end('thanks')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // A server that listens on a port has an address with that port.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    got.length = 0
    answer = 200
  })

  async function fire(webhook: string): Promise<void> {
    await lead.alerts.createRule({ ...rule, minutes: 0, webhook })
    await traffic(0, { requests: 10, status: 500 })
    await lookFrom(0, 0.5)
  }
  const status = async () => (await lead.alerts.list({}))[0]?.webhookStatus
  // Messages are due by the clock of the database's row, which is the time of the test.
  const deliver = (afterMs = 0) => deliverAlerts(house, { nowMs: Date.now() + 1000 + afterMs })

  test('gets the alert once, and once more when it closes', async () => {
    await fire(url)
    const sent = await Promise.all([deliver(), deliver(), deliver()])
    expect(sent.reduce((a, b) => a + b)).toBe(1)
    expect(got).toHaveLength(1)
    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({
      event: 'opened',
      deployment: 'triage',
      alert: { value: 1 },
      rule: { figure: 'errorRate' },
    })
    expect(await status()).toBe('opened delivered, answer 200')
    await traffic(1, { requests: 500 })
    await lookFrom(2.5, 3)
    await deliver()
    expect(JSON.parse(got[1]?.body ?? '')).toMatchObject({ event: 'closed' })
  })

  test('that fails gets the same message again, later each time, six times in all', async () => {
    answer = 500
    await fire(url)
    await deliver()
    expect(await status()).toBe('opened not delivered, answer 500, try 1 of 6')
    expect(await deliver()).toBe(0)
    for (let i = 0, waited = 0; i < 8; i++) {
      waited += 15_000 * 2 ** i
      await deliver(waited)
    }
    expect(got).toHaveLength(6)
    expect(new Set(got.map((one) => one.id)).size).toBe(1)
    expect(await status()).toBe('opened given up, answer 500, try 6 of 6')
  })

  test('a redirect is not followed, and a dead address is a sentence', async () => {
    answer = 302
    await fire(url)
    await deliver()
    expect(await status()).toMatch(/not delivered, answer 302/)
    for (const one of await lead.alerts.rules({})) await lead.alerts.removeRule({ id: one.id })
    await fire('http://127.0.0.1:9/')
    await deliver()
    expect(await status()).toMatch(/not delivered, .+, try 1 of 6/)
  })
})
