import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { listAudit } from '#db/queries/audit'
import { createUser } from '#db/queries/users'
import { main } from '#server/cli'
import { type TestDatabase, testDatabase } from '#server/testing/test-database'

/** `stageline keys …` as it is called, with no server running. */

const home = mkdtempSync(path.join(os.tmpdir(), 'stageline-cli-keys-'))
let database: TestDatabase
const before = { ...process.env }

beforeAll(async () => {
  database = await testDatabase()
  Object.assign(process.env, {
    DATABASE_URL: database.url,
    STAGELINE_HOME: home,
    STAGELINE_SECRET: 'a secret that is only good for the tests',
  })
  await createUser(database.db, { id: 'ow', name: 'Owner', email: 'owner@example.com', role: 'admin', passwordHash: 'x' })
  await createUser(database.db, { id: 'le', name: 'Lea', email: 'lea@example.com', role: 'lead', passwordHash: 'x' })
})
afterAll(async () => {
  process.env = before
  await database.close()
  rmSync(home, { recursive: true, force: true })
})

async function keys(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const spies = (['out', 'err'] as const).map((name) =>
    vi.spyOn(name === 'out' ? process.stdout : process.stderr, 'write').mockImplementation((text) => {
      said[name] += String(text)
      return true
    }),
  )
  try {
    await main(['node', 'stageline', 'keys', ...args])
    return { code: Number(process.exitCode ?? 0), ...said }
  } finally {
    for (const spy of spies) spy.mockRestore()
    process.exitCode = undefined
  }
}

const madeSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string(),
  secret: z.string(),
  expiresAt: z.iso.datetime().nullable(),
})
const make = async (...args: string[]) => madeSchema.parse(JSON.parse((await keys('create', ...args, '--json')).out))

test('a key is made, listed, rotated and revoked', async () => {
  expect((await keys('list')).out).toMatch(/^There is no key yet\./)
  const plain = await keys(
    'create',
    'helpdesk',
    '--deployments',
    'triage, spam',
    '--actions',
    'predict',
    '--rate',
    '5',
    '--rows-per-day',
    '1000',
    '--expires',
    '90d',
  )
  expect(plain.code).toBe(0)
  expect(plain.out).toMatch(/^sl_[\w-]{43}\n$/)
  expect(plain.err).toContain('There is no deployment called triage yet.')
  expect(plain.err).toContain('never shown again')
  const listed = await keys('list')
  expect(listed.out).toMatch(
    /^helpdesk {2}sl_.{6}… {2}in force {2}triage,spam {2}predict {2}5 requests\/s, 5 at once; 1,000 rows a day {2}ends \d{4}-.* never used {2}0 requests in 30 d\n$/,
  )
  expect(listed.out).not.toContain(plain.out.trim())

  const made = madeSchema.parse(JSON.parse((await keys('rotate', 'helpdesk', '--overlap', '1h', '--json')).out))
  expect(made).toMatchObject({ name: 'helpdesk', expiresAt: expect.any(String) })
  const both = z
    .array(z.object({ id: z.string(), status: z.string(), replacedBy: z.string().nullable(), rowsPerDay: z.number().nullable() }))
    .parse(JSON.parse((await keys('list', '--json')).out))
  expect(both.map(({ status, rowsPerDay }) => [status, rowsPerDay])).toEqual([
    ['in force', 1000],
    ['replaced', 1000],
  ])
  expect(both[1]?.replacedBy).toBe(made.id)

  // Two have the name: the one that took the other's place is meant.
  expect((await keys('revoke', 'helpdesk')).out).toContain(`helpdesk (${made.prefix}…) is revoked`)
  expect((await keys('revoke', made.id)).err).toMatch(/The key helpdesk was already revoked/)
  const actions = (await listAudit(database.db, { object: 'key', limit: 10 })).map(({ action, actorName }) => `${actorName} ${action}`)
  expect(actions).toEqual(['Owner key.revoke', 'Owner key.rotate', 'Owner key.create'])
})

test('usage says what was asked for, and when nothing was', async () => {
  const { id, prefix, secret } = await make('used')
  expect((await keys('usage', prefix)).out).toMatch(/^used asked for nothing from \d{4}-\d\d-\d\d to /)
  await database.pool.query("insert into key_usage values ($1, 'triage', date_trunc('hour', now()), 1200, 3000, 7, 1)", [id])
  // Whoever pastes the whole key is understood, too.
  expect((await keys('usage', secret)).out).toMatch(
    /^\d{4}-\d\d-\d\d {2}triage {2}1,200 requests {2}3,000 rows {2}7 limited {2}1 failed\n$/,
  )
  expect(JSON.parse((await keys('usage', id, '--days', '7', '--json')).out)).toMatchObject({
    key: { name: 'used' },
    days: [{ deployment: 'triage', requests: 1200, rows: 3000, limited: 7, failed: 1 }],
  })
})

test('of two keys with one name in force, it asks which', async () => {
  const [one, two] = [await make('twin'), await make('twin', '--expires', 'never')]
  const { code, err } = await keys('revoke', 'twin')
  expect(code).toBe(2)
  for (const { prefix } of [one, two]) expect(err).toContain(prefix)
})

describe('wrong usage', () => {
  test.each<[string[], RegExp]>([
    [['create'], /missing required argument 'name'/],
    [['create', 'x', '--expires', 'soon'], /Write it as 12h, 90d, 2027-01-31 or never\./],
    [['create', 'x', '--burst', '3'], /Requests at once go with a rate/],
    [['create', 'x', '--rate', 'fast'], /limits\.ratePerSecond: /],
    [['create', 'x', '--actions', 'delete'], /actions\.0: .*predict/],
    [['create', 'x', '--priority', 'urgent'], /Allowed choices are high, normal, low/],
    [['rotate', 'used', '--overlap', '2h'], /Allowed choices are none, 1h, 24h, 7d/],
    [['usage', 'used', '--days', '0'], /It must be a whole number from 1 to 365\./],
    [['delete'], /unknown command 'delete'/],
  ])('%j', async (args, sentence) => {
    const { code, out, err } = await keys(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(sentence)
  })
})

describe('what fails', () => {
  test.each<[string[], RegExp]>([
    [['revoke', 'nobody'], /^There is no key "nobody"\./m],
    [['usage', 'sl_abcdefghijklmnop'], /^There is no key "sl_abcdef…"\./m],
    [['create', 'x', '--expires', '2020-01-01'], /would have expired already/],
    [['create', 'x', '--as', 'lea@example.com'], /^Lea has the role lead; this needs admin or above\./m],
    [['rotate', 'used', '--as', 'lea@example.com'], /this needs admin or above/],
    [['revoke', 'used', '--as', 'lea@example.com'], /this needs admin or above/],
  ])('%j', async (args, sentence) => {
    const { code, out, err } = await keys(...args)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(sentence)
  })
  test('but anyone may look', async () => {
    expect((await keys('list', '--as', 'lea@example.com')).code).toBe(0)
    expect((await keys('usage', 'used', '--as', 'lea@example.com')).code).toBe(0)
  })
})
