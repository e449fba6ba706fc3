import { afterAll, beforeAll, expect, it, test } from 'vitest'
import { dayStartMs } from '#core/keys/daily-quota'
import { noLimits } from '#core/keys/key-limits'
import { roles } from '#core/people/roles'
import { listAudit } from '#db/queries/audit'
import { addKeyUsage } from '#db/queries/key-usage'
import { createUser } from '#db/queries/users'
import { appRouter } from '#server/api/root'
import { createCallerFactory } from '#server/api/trpc'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'

let house: House
const as = (role: (typeof roles)[number]) =>
  createCallerFactory(appRouter)({ house, actor: { id: role, name: `The ${role}`, email: `${role}@x.org`, role } }).keys

beforeAll(async () => {
  house = await testHouse()
  for (const role of roles) await createUser(house.db, { id: role, name: `The ${role}`, email: `${role}@x.org`, role, passwordHash: 'x' })
})
afterAll(() => house.close())

const tomorrow = () => new Date(Date.now() + 86_400_000)
const find = async (id: string) => (await as('viewer').list()).find((key) => key.id === id)

it('shows everybody everything but the secret', async () => {
  const expiresAt = tomorrow()
  const made = await as('admin').create({
    name: ' shop ',
    deployments: ['triage'],
    actions: ['predict'],
    expiresAt,
    limits: { ratePerSecond: 5, burst: 10, rowsPerDay: 1000, priority: 'high' },
  })
  expect(made).toMatchObject({ name: 'shop', expiresAt, secret: expect.stringMatching(/^sl_[\w-]{43}$/) })
  expect(made.secret.startsWith(made.prefix)).toBe(true)
  const shown = await find(made.id)
  expect(shown).toMatchObject({
    name: 'shop',
    deployments: ['triage'],
    actions: ['predict'],
    ratePerSecond: 5,
    burst: 10,
    rowsPerDay: 1000,
    priority: 'high',
    expiresAt,
    createdBy: 'The admin',
    month: { requests: 0, rows: 0, limited: 0, failed: 0 },
    rowsToday: 0,
  })
  const all = JSON.stringify([
    await as('viewer').list(),
    await as('viewer').usage({ id: made.id }),
    await listAudit(house.db, { limit: 50 }),
  ])
  expect(all).not.toContain(made.secret)
  expect(all).not.toMatch(/[0-9a-f]{64}/)
})

it('lets admins alone change keys', async () => {
  const { id } = await as('admin').create({ name: 'mine', deployments: null })
  for (const role of ['viewer', 'analyst', 'lead'] as const) {
    const wanted = new RegExp(`Your role is ${role}; this needs admin`)
    await expect(as(role).create({ name: 'x', deployments: null })).rejects.toThrow(wanted)
    await expect(as(role).rotate({ id, overlap: '1h' })).rejects.toThrow(wanted)
    await expect(as(role).setLimits({ id, limits: noLimits })).rejects.toThrow(wanted)
    await expect(as(role).revoke({ id })).rejects.toThrow(wanted)
    expect(await as(role).usage({ id })).toMatchObject({ key: { name: 'mine' } })
  }
  expect(await find(id)).toMatchObject({ revokedAt: null, replacedBy: null })
})

it('keeps the old key beside the new one, with the time that it has left', async () => {
  const expiresAt = tomorrow()
  const { id, prefix } = await as('admin').create({ name: 'turned', deployments: ['a'], expiresAt, limits: { ...noLimits, rowsPerDay: 7 } })
  const made = await as('admin').rotate({ id, overlap: '1h' })
  expect(Math.abs(made.oldEndsAt.getTime() - Date.now() - 3_600_000)).toBeLessThan(60_000)
  expect(await find(id)).toMatchObject({ replacedBy: made.id, replacedByPrefix: made.prefix, expiresAt: made.oldEndsAt })
  expect(await find(made.id)).toMatchObject({ name: 'turned', deployments: ['a'], rowsPerDay: 7, replacedBy: null })
  // As long as the first was meant to live.
  expect(Math.abs((made.expiresAt?.getTime() ?? 0) - expiresAt.getTime())).toBeLessThan(60_000)
  await expect(as('admin').rotate({ id, overlap: '1h' })).rejects.toThrow(/already rotated/)
  const next = await as('admin').rotate({ id: made.id, overlap: 'none', expiresAt: null })
  expect(await find(next.id)).toMatchObject({ expiresAt: null })
  await expect(as('admin').revoke({ id: next.id })).resolves.toMatchObject({ name: 'turned' })
  await expect(as('admin').rotate({ id: next.id, overlap: '1h' })).rejects.toThrow(/was revoked\. Make a new one/)
  await expect(as('admin').setLimits({ id: next.id, limits: noLimits })).rejects.toThrow(/was revoked/)
  const lines = await listAudit(house.db, { search: id, limit: 10 })
  expect(lines.map(({ action, actorName }) => `${actorName}: ${action}`)).toEqual(['The admin: key.rotate', 'The admin: key.create'])
  expect(lines[0]?.after).toMatchObject({ name: 'turned', key: prefix, replacedBy: made.prefix })
})

it('writes what was changed of the limits', async () => {
  const { id } = await as('admin').create({ name: 'limited', deployments: null })
  await as('admin').setLimits({ id, limits: { ratePerSecond: 2, rowsPerDay: 9, priority: 'low' } })
  expect(await find(id)).toMatchObject({ ratePerSecond: 2, burst: null, rowsPerDay: 9, priority: 'low' })
  const [line] = await listAudit(house.db, { search: id, limit: 1 })
  expect(line).toMatchObject({
    action: 'key.limits',
    before: { rowsPerDay: null, priority: 'normal' },
    after: { rowsPerDay: 9, priority: 'low' },
  })
})

test.each<[string, Record<string, unknown>, RegExp]>([
  ['a name of blanks', { name: '  ' }, /Name the key after who calls/],
  ['no deployment', { deployments: [] }, /Choose at least one deployment/],
  ['no action', { actions: [] }, /Choose at least one thing/],
  ['an action that there is not', { actions: ['delete'] }, /predict/],
  ['a time gone by', { expiresAt: new Date(0) }, /would have expired already/],
  ['a burst without a rate', { limits: { burst: 3 } }, /go with a rate/],
])('refuses a key with %s', async (_what, more, sentence) => {
  await expect(as('admin').create({ name: 'bad', deployments: null, ...more })).rejects.toThrow(sentence)
  expect((await as('viewer').list()).filter(({ name }) => name === 'bad')).toEqual([])
})

it('adds up usage by UTC day and deployment, and knows an unknown key', async () => {
  const { id } = await as('admin').create({ name: 'used', deployments: null })
  const today = dayStartMs(Date.now())
  const counts = { requests: 10, rows: 20, limited: 2, failed: 1 }
  const at = (days: number, hours: number) => new Date(today - days * 86_400_000 + hours * 3_600_000)
  await addKeyUsage(
    house.db,
    [at(0, 0), at(1, 0), at(1, 23), at(29, 0), at(30, 23)].map((hour) => ({ keyId: id, deployment: 'a', hour, ...counts })),
  )
  await addKeyUsage(house.db, [{ keyId: id, deployment: 'b', hour: at(1, 5), ...counts }])
  const usage = await as('viewer').usage({ id })
  const day = (days: number) => at(days, 0).toISOString().slice(0, 10)
  expect(usage).toMatchObject({ from: day(29), to: day(0), rowsToday: 20 })
  expect(usage.days.map(({ day, deployment, requests }) => [day, deployment, requests])).toEqual([
    [day(29), 'a', 10],
    [day(1), 'a', 20],
    [day(1), 'b', 10],
    [day(0), 'a', 10],
  ])
  expect((await find(id))?.month).toEqual({ requests: 50, rows: 100, limited: 10, failed: 5 })
  expect((await as('viewer').usage({ id, days: 1 })).days).toHaveLength(1)
  await expect(as('viewer').usage({ id: crypto.randomUUID() })).rejects.toThrow('This key does not exist any more. See Settings, API keys.')
})
