import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultDeploymentSettings } from '#core/releases/deployment-settings'
import { users } from '#db/schema/users'
import { appRouter } from '#server/api/root'
import { createCallerFactory } from '#server/api/trpc'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { registerTiny, type TinyVersion } from '#server/testing/tiny-registry'
import { deployVersion } from './change-release'
import { deployModel } from './deploy-model'
import { quickCanary } from './testing'

let house: House
let versions: TinyVersion[]
const callerOf = createCallerFactory(appRouter)
const person = (id: string, role: 'lead' | 'admin') => ({ id, name: id, email: `${id}@x.org`, role })
const people = { ada: person('ada', 'lead'), ben: person('ben', 'lead'), root: person('root', 'admin') }
const as = (who: keyof typeof people) => callerOf({ house, actor: people[who] })

beforeAll(async () => {
  house = await testHouse()
  versions = await registerTiny(house, { name: 'tiny', count: 3 })
  await house.db.insert(users).values(Object.values(people))
})
afterAll(() => house?.close())

const v = (number: number) => versions[number - 1]?.id ?? ''

async function begin(name: string) {
  await deployVersion(house.db, { actor: people.ada, deployment: name, versionId: v(1) })
  await as('ada').deployments.configure({ name, settings: { ...defaultDeploymentSettings, fourEyes: true }, reason: 'careful' })
  const deploy = { deployment: name, expected: 1, reason: 'better', versionId: v(2), strategy: quickCanary }
  return { deploy, page: (who: keyof typeof people = 'ben') => as(who).deployments.get({ name }) }
}

describe('four eyes', () => {
  it('a release waits for a second person, and is then that of who asked', async () => {
    const { deploy, page } = await begin('asked')
    const answer = await as('ada').releases.deploy(deploy)
    expect(answer).toMatchObject({ release: 1, changed: false, request: { sentence: 'Deploy v2 as a canary (10, 50 %, then all).' } })
    expect((await page()).requests).toMatchObject([{ by: 'ada', reason: 'better', mayApprove: true, mayWithdraw: false }])
    expect((await page('ada')).requests).toMatchObject([{ mayApprove: false, mayWithdraw: true }])
    const id = answer.request?.id ?? ''
    await expect(as('ada').releases.approve({ id })).rejects.toThrow(/asked for this release yourself/)
    expect(await as('ben').releases.approve({ id, note: 'looks right' })).toMatchObject({ release: 2, changed: true, request: null })
    const after = await page()
    expect(after).toMatchObject({ requests: [], rollout: { status: 'running', challenger: 2, by: 'ada' } })
    expect(after.release).toMatchObject({ by: 'ada', reason: 'better (approved by ben)' })
    await expect(as('ben').releases.approve({ id })).rejects.toThrow(/decided already/)
    const { rows } = await house.pool.query("select action, actor_name from audit_entries where object_id = 'asked' order by id")
    expect(rows.map(({ action, actor_name }) => `${actor_name}: ${action}`)).toEqual([
      'ada: release.deploy',
      'ada: deployment.configure',
      'ada: release.request',
      'ben: release.request-approved',
      'ben: release.canary',
    ])
  })

  it('asking twice is one request; two who approve at once make one release', async () => {
    const { deploy, page } = await begin('twice')
    const first = await as('ada').releases.deploy(deploy)
    expect((await as('ada').releases.deploy(deploy)).request?.id).toBe(first.request?.id)
    const id = first.request?.id ?? ''
    const both = await Promise.allSettled([as('ben').releases.approve({ id }), as('root').releases.approve({ id })])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await page()).release.number).toBe(2)
  })

  it('approving meets a conflict when something else is live by now, and the request goes on waiting', async () => {
    const { deploy, page } = await begin('stale')
    const { request } = await as('ada').releases.deploy(deploy)
    const { request: other } = await as('ben').releases.deploy({ ...deploy, versionId: v(3) })
    await as('ada').releases.approve({ id: other?.id ?? '' })
    await expect(as('ben').releases.approve({ id: request?.id ?? '' })).rejects.toThrow(
      /ben made release 2 .* while you were looking at release 1/,
    )
    expect((await page()).requests).toHaveLength(1)
    await expect(as('ben').releases.withdraw({ id: request?.id ?? '' })).rejects.toThrow(/Only who asked/)
    await as('ben').releases.refuse({ id: request?.id ?? '', note: 'too late' })
    expect((await page()).requests).toEqual([])
  })

  it('promoting and a larger share wait too; hold, rollback and a smaller share never do', async () => {
    const { deploy, page } = await begin('moves')
    const { request } = await as('ada').releases.deploy(deploy)
    await as('ben').releases.approve({ id: request?.id ?? '' })
    const input = { deployment: 'moves', expected: 2, reason: '' }
    expect((await as('ada').releases.promote(input)).request?.sentence).toBe('Promote v2 to all traffic.')
    expect((await as('ada').releases.setShare({ ...input, share: 30 })).request?.sentence).toBe('Give v2 30 % of the traffic.')
    expect(await as('ada').releases.hold(input)).toMatchObject({ changed: true, request: null })
    expect(await as('ada').releases.setShare({ ...input, share: 5 })).toMatchObject({ changed: true, release: 3 })
    expect(await as('ada').releases.rollback({ ...input, expected: 3 })).toMatchObject({ changed: true, release: 4 })
    expect((await page()).rollout?.status).toBe('rolled-back')
    const [waiting] = (await page('ada')).requests
    await as('ada').releases.withdraw({ id: waiting?.id ?? '' })
    expect((await page()).requests).toHaveLength(1)
  })

  it('settings wait when they name a version that was not named', async () => {
    await begin('settled')
    const input = { deployment: 'settled', expected: 1, reason: '' }
    const slower = await as('ada').releases.settings({ ...input, settings: { timeoutMs: 700 } })
    expect(slower).toMatchObject({ changed: true, release: 2 })
    const fallback = { steps: [{ kind: 'version' as const, versionId: v(3) }] }
    const named = await as('ada').releases.settings({ ...input, expected: 2, settings: { fallback } })
    expect(named).toMatchObject({ changed: false, request: { sentence: 'Change how it serves.' } })
  })

  it('can be switched on by a lead and off by an admin only', async () => {
    const { page } = await begin('switch')
    const off = { name: 'switch', settings: defaultDeploymentSettings, reason: '' }
    await expect(as('ada').deployments.configure(off)).rejects.toThrow(/only an admin can switch that off/)
    await as('root').deployments.configure(off)
    expect((await page()).deploymentSettings.fourEyes).toBe(false)
  })

  it('tells the sheet, and stops a stage that would release alone', async () => {
    await begin('stage')
    expect(await as('ada').releases.diff({ deployment: 'stage', versionId: v(2) })).toMatchObject({
      fourEyes: true,
      secondApprovers: ['ben', 'root'],
    })
    const stage = { deployment: 'stage', versionId: v(2), lowConfidence: 0.6, reason: 'run 1', actor: people.ada }
    await expect(deployModel(house.db, stage)).rejects.toThrow(/second person.*Deployments/)
    expect((await as('ben').deployments.get({ name: 'stage' })).requests).toHaveLength(1)
  })
})

describe('settings', () => {
  it('are kept whole by a release, and come back whole by a rollback', async () => {
    await deployVersion(house.db, {
      actor: people.ada,
      deployment: 'served',
      versionId: v(1),
      settings: { timeoutMs: 400 },
      lowConfidence: 0.5,
    })
    const lastGood = { fallback: { steps: [{ kind: 'version' as const, versionId: '', lastGood: true }] } }
    const change = { deployment: 'served', reason: '' }
    await as('ada').releases.deploy({ ...change, expected: 1, versionId: v(2), settings: { ...lastGood, cache: { on: true, entries: 9 } } })
    const page = await as('ada').deployments.get({ name: 'served' })
    expect(page.settings).toMatchObject({
      timeoutMs: 400,
      cache: { on: true, entries: 9 },
      fallback: { steps: [{ kind: 'version', versionId: v(1), lastGood: true }] },
    })
    expect(page.rollback?.sentence).toBe('Brings back release 1: v1 with all traffic, and the settings of then.')
    await as('ada').releases.settings({ ...change, expected: 2, settings: { timeoutMs: 800 }, lowConfidence: 0.9 })
    expect((await as('ada').deployments.get({ name: 'served' })).rollback?.sentence).toMatch(/release 2: v2 again, served as it was then/)
    await as('ada').releases.rollback({ ...change, expected: 3, to: 1 })
    const back = await as('ada').deployments.get({ name: 'served' })
    expect(back.release).toMatchObject({
      rollbackOf: 1,
      lowConfidence: 0.5,
      settings: { timeoutMs: 400, cache: { on: false }, fallback: { steps: [] } },
    })
  })

  it('that cannot be served are refused in words, and nothing changes', async () => {
    await deployVersion(house.db, { actor: people.ada, deployment: 'refused', versionId: v(1) })
    const settings = (fallback: { steps: ({ kind: 'answer'; label: string } | { kind: 'version'; versionId: string })[] }) =>
      as('ada').releases.settings({ deployment: 'refused', expected: 1, reason: '', settings: { fallback } })
    await expect(settings({ steps: [{ kind: 'answer', label: 'eggs' }] })).rejects.toThrow(/eggs, which v1 does not know/)
    await expect(settings({ steps: [{ kind: 'version', versionId: 'nonsense' }] })).rejects.toThrow(/not among the versions/)
    const [other] = await registerTiny(house, { name: 'other', count: 1 })
    await expect(settings({ steps: [{ kind: 'version', versionId: other?.id ?? '' }] })).rejects.toThrow(/not among the versions/)
    expect((await as('ada').deployments.get({ name: 'refused' })).release.number).toBe(1)
  })
})
