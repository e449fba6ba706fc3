import { afterAll, beforeAll, expect, it } from 'vitest'
import { emptyRollup } from '#core/monitor/rollup'
import type { Role } from '#core/people/roles'
import { defaultDeploymentSettings } from '#core/releases/deployment-settings'
import { rollups } from '#db/schema/rollups'
import { users } from '#db/schema/users'
import { appRouter } from '#server/api/root'
import { createCallerFactory } from '#server/api/trpc'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { registerTiny, type TinyVersion } from '#server/testing/tiny-registry'
import { changeRelease, deployVersion, rollBack } from './change-release'
import { deployModel } from './deploy-model'

let house: House
let versions: TinyVersion[]
const as = (role: Role, id = role) =>
  createCallerFactory(appRouter)({ house, actor: { id, name: `The ${role}`, email: `${role}@x.org`, role } })

beforeAll(async () => {
  house = await testHouse()
  versions = await registerTiny(house, { name: 'tiny', count: 3 })
  for (const role of ['viewer', 'analyst', 'lead', 'admin'] as const) {
    await house.db.insert(users).values({ id: role, name: `The ${role}`, email: `${role}@x.org`, role })
  }
})
afterAll(() => house?.close())

const v = (number: number) => versions[number - 1]?.id ?? ''
const by = (deployment: string, expected?: number) => ({
  actor: { id: 'lead', name: 'The lead', role: 'lead' },
  deployment,
  reason: 'because',
  ...(expected === undefined ? {} : { expected }),
})

it('goes from the first release over a canary to a promotion and back', async () => {
  expect(await deployVersion(house.db, { ...by('life'), versionId: v(1), share: 20 })).toMatchObject({ release: 1, changed: true })
  expect(await deployVersion(house.db, { ...by('life'), versionId: v(2), share: 20 })).toMatchObject({ release: 2 })
  const share = { kind: 'share' as const, deployment: 'life', share: 50 }
  expect(await changeRelease(house.db, share, by('life'))).toMatchObject({ release: 3 })
  expect(await changeRelease(house.db, share, by('life'))).toMatchObject({ release: 3, changed: false })
  expect(await changeRelease(house.db, { kind: 'promote', deployment: 'life' }, by('life'))).toMatchObject({ release: 4 })
  expect(await rollBack(house.db, by('life'))).toMatchObject({ release: 5 })
  const page = await as('viewer').deployments.get({ name: 'life' })
  expect(page.history.map(({ number, kind, arms }) => [number, kind, arms.map((arm) => `v${arm.version} ${arm.weight}`).join()])).toEqual([
    [5, 'rollback', 'v1 100'],
    [4, 'promote', 'v2 100'],
    [3, 'share', 'v1 50,v2 50'],
    [2, 'canary', 'v1 80,v2 20'],
    [1, 'deploy', 'v1 100'],
  ])
  expect(page.history[0]).toMatchObject({ rollbackOf: 1, by: 'The lead', reason: 'because' })
  expect(page.rollback).toBeNull()
})

it('writes an audit line with every release', async () => {
  await deployVersion(house.db, { ...by('audited'), versionId: v(1), share: 100 })
  await deployVersion(house.db, { ...by('audited'), versionId: v(2), share: 100 })
  const { rows } = await house.pool.query(
    "select action, actor_name, reason, before, after from audit_entries where object_id = 'audited' order by id",
  )
  expect(rows).toMatchObject([
    {
      action: 'release.deploy',
      actor_name: 'The lead',
      before: null,
      after: { release: 1, routes: [{ versionId: v(1), version: 1, weight: 100 }] },
    },
    { action: 'release.deploy', reason: 'because', before: { release: 1 }, after: { release: 2 } },
  ])
})

it('tells the second of two leads who was first, and does nothing', async () => {
  await deployVersion(house.db, { ...by('contended'), versionId: v(1), share: 100 })
  const both = await Promise.allSettled([
    deployVersion(house.db, { ...by('contended', 1), versionId: v(2), share: 100 }),
    deployVersion(house.db, { ...by('contended', 1), versionId: v(3), share: 20 }),
  ])
  const refused = both.filter((each) => each.status === 'rejected')
  expect(both.filter((each) => each.status === 'fulfilled')).toHaveLength(1)
  expect(refused).toHaveLength(1)
  expect(String(refused[0]?.reason)).toMatch(/The lead made release 2 \(.*\) at \d\d:\d\d:\d\d UTC, while you were looking at release 1/)
  expect((await as('viewer').deployments.get({ name: 'contended' })).release.number).toBe(2)
})

it('makes one deployment when two make it at once', async () => {
  const both = await Promise.allSettled([1, 2].map((n) => deployVersion(house.db, { ...by('twins', 0), versionId: v(n), share: 100 })))
  expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
})

it('makes no release for a version that is live already: the stage may run twice', async () => {
  const call = { deployment: 'staged', versionId: v(1), lowConfidence: 0.6, reason: 'run 1' }
  expect(await deployModel(house.db, call)).toEqual({ release: 1 })
  expect(await deployModel(house.db, call)).toEqual({ release: 1 })
  expect(await deployModel(house.db, { ...call, lowConfidence: 0.8 })).toEqual({ release: 2 })
  await expect(deployModel(house.db, { ...call, deployment: '' })).rejects.toThrow(/Name the deployment/)
})

it('begins one canary for a stage that runs twice, and none of a version that is live', async () => {
  const call = { deployment: 'staged-canary', versionId: v(1), lowConfidence: 0.6, strategy: 'canary' as const, reason: 'run 1' }
  expect(await deployModel(house.db, call)).toEqual({ release: 1 })
  expect(await deployModel(house.db, call)).toEqual({ release: 1 })
  expect(await deployModel(house.db, { ...call, versionId: v(2) })).toEqual({ release: 2 })
  expect(await deployModel(house.db, { ...call, versionId: v(2) })).toEqual({ release: 2 })
  const { rollout } = await as('viewer').deployments.get({ name: 'staged-canary' })
  expect(rollout).toMatchObject({ status: 'running', automatic: true, challenger: 2, steps: [{ share: 5 }, { share: 25 }, { share: 50 }] })
})

it('refuses names that are no part of a URL, other models, and a split between unlike fields', async () => {
  await expect(deployVersion(house.db, { ...by('No Good'), versionId: v(1), share: 100 })).rejects.toThrow(/lower-case letters/)
  const [other] = await registerTiny(house, { name: 'other', count: 1 })
  await deployVersion(house.db, { ...by('strict'), versionId: v(1), share: 100 })
  await expect(deployVersion(house.db, { ...by('strict'), versionId: other?.id ?? '', share: 100 })).rejects.toThrow(
    /serves another model than other/,
  )
  const fields = { inputs: [{ name: 'subject', type: 'text', example: 'Hi' }], target: 'label' }
  await house.pool.query('update model_versions set signature = $1 where id = $2', [JSON.stringify(fields), v(3)])
  await expect(deployVersion(house.db, { ...by('strict'), versionId: v(3), share: 20 })).rejects.toThrow(
    /reads other fields than v1 \(.*subject.*\)/,
  )
  expect(await deployVersion(house.db, { ...by('strict'), versionId: v(3), share: 100 })).toMatchObject({ release: 2 })
})

it('lets leads release, and nobody below', async () => {
  await deployVersion(house.db, { ...by('guarded'), versionId: v(1), share: 100 })
  const input = { deployment: 'guarded', expected: 1, reason: '' }
  for (const role of ['viewer', 'analyst'] as const) {
    const caller = as(role)
    await expect(caller.releases.deploy({ ...input, versionId: v(2), share: 20 })).rejects.toThrow(/this needs lead or above/)
    await expect(caller.releases.setShare({ ...input, share: 20 })).rejects.toThrow(/needs lead/)
    await expect(caller.releases.promote(input)).rejects.toThrow(/needs lead/)
    await expect(caller.releases.rollback(input)).rejects.toThrow(/needs lead/)
    for (const act of ['hold', 'resume', 'settings'] as const) await expect(caller.releases[act](input)).rejects.toThrow(/needs lead/)
    await expect(caller.releases.setAutomatic({ ...input, automatic: false })).rejects.toThrow(/needs lead/)
    for (const act of ['approve', 'refuse', 'withdraw'] as const) {
      await expect(caller.releases[act]({ id: crypto.randomUUID() })).rejects.toThrow(/needs lead/)
    }
    await expect(caller.deployments.configure({ name: 'guarded', settings: defaultDeploymentSettings })).rejects.toThrow(/needs lead/)
  }
  await expect(as('lead').keys.create({ name: 'x', deployments: null })).rejects.toThrow(/needs admin/)
  expect(await as('lead').releases.deploy({ ...input, versionId: v(2), share: 20 })).toEqual({
    deployment: 'guarded',
    release: 2,
    changed: true,
    request: null,
  })
})

it('shows the difference to what is live, and who may approve', async () => {
  await deployVersion(house.db, { ...by('compared'), versionId: v(1), share: 100 })
  const diff = await as('viewer').releases.diff({ deployment: 'compared', versionId: v(2) })
  expect(diff).toMatchObject({
    release: 1,
    live: { version: 1 },
    candidate: { version: 2, model: 'tiny' },
    problem: null,
    canSplit: true,
    params: [{ name: 'estimator.c', live: '1', candidate: '2' }],
    metrics: [{ name: 'accuracy', verdict: 'better' }],
  })
  expect(diff.approvers.sort()).toEqual(['The admin', 'The lead'])
  expect(await as('viewer').releases.diff({ deployment: 'new-one', versionId: v(2) })).toMatchObject({ release: 0, live: null })
})

it('keeps of a key its hash only, and says who used which deployment', async () => {
  const made = await as('admin').keys.create({ name: 'helpdesk', deployments: ['life'] })
  expect(made.secret).toMatch(/^sl_[\w-]{43}$/)
  const { rows } = await house.pool.query('select * from api_keys')
  expect(JSON.stringify(rows)).not.toContain(made.secret.slice(10))
  expect((await as('viewer').deployments.get({ name: 'life' })).keys).toEqual({ count: 1, lastUsedBy: null, lastUsedAt: null })
  await as('admin').keys.revoke({ id: made.id })
  expect((await as('viewer').deployments.get({ name: 'life' })).keys.count).toBe(0)
  expect((await as('viewer').keys.list())[0]).toMatchObject({ name: 'helpdesk', revokedAt: expect.any(Date) })
})

it('lists deployments with what they serve', async () => {
  const { deployments, versions: registered } = await as('viewer').deployments.list()
  expect(registered).toBe(4)
  expect(deployments.find(({ name }) => name === 'guarded')).toMatchObject({
    model: 'tiny',
    release: 2,
    kind: 'canary',
    arms: [
      { version: 1, weight: 80 },
      { version: 2, weight: 20 },
    ],
    releasedBy: 'The lead',
    perSecond: 0,
  })
  await expect(as('viewer').deployments.get({ name: 'nowhere' })).rejects.toThrow(/no deployment called nowhere/)
})

it('counts the requests a second of a deployment over minutes, however short ago its last release was', async () => {
  await deployVersion(house.db, { ...by('steady'), versionId: v(1), share: 100 })
  await house.pool.query("update deployments set created_at = now() - interval '1 hour' where name = 'steady'")
  const { rows } = await house.pool.query<{ id: string }>("select id from deployments where name = 'steady'")
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000)
  const figures = { ...emptyRollup(), requests: 600, rows: 600 }
  await house.db.insert(rollups).values({ deploymentId: rows[0]?.id ?? '', versionId: v(1), minute, release: 1, figures })
  const steady = (await as('viewer').deployments.list()).deployments.find(({ name }) => name === 'steady')
  // 600 in the four to five minutes of the window; over the seconds since the release it would be more than ten.
  expect(steady?.perSecond).toBeGreaterThan(1)
  expect(steady?.perSecond).toBeLessThan(3)
})
