import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Strategy, strategySchema } from '#core/releases/strategy'
import { listArmOutcomes } from '#db/queries/arm-outcomes'
import { upsertOutcomes } from '#db/queries/outcomes'
import { predictions } from '#db/schema/predictions'
import { users } from '#db/schema/users'
import { appRouter } from '#server/api/root'
import { createCallerFactory } from '#server/api/trpc'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { registerTiny, type TinyVersion } from '#server/testing/tiny-registry'
import { changeRelease, deployVersion } from './change-release'
import { announceGateway, quickCanary, sendTraffic, type Traffic } from './testing'
import { lookAtRollouts } from './watch-rollouts'

let house: House
let versions: TinyVersion[]
const ada = { id: 'ada', name: 'Ada', email: 'ada@x.org', role: 'lead' as const }

beforeAll(async () => {
  house = await testHouse()
  versions = await registerTiny(house, { name: 'tiny', count: 3 })
  await house.db.insert(users).values(ada)
})
afterAll(() => house?.close())

const v = (number: number) => versions[number - 1]?.id ?? ''
/** Not long ago: pages are asked by the real clock. */
const start = new Date(Date.now() - 5 * 60_000)

/** A deployment of v1 with v2 on its way by a strategy, and a clock that only this test moves. */
async function begin(deployment: string, strategy: Strategy) {
  let now = start
  const give = (order: Parameters<typeof changeRelease>[1]) => changeRelease(house.db, order, { actor: ada, now })
  const { deploymentId } = await give({ kind: 'deploy', deployment, versionId: v(1) })
  await give({ kind: 'deploy', deployment, versionId: v(2), strategy })
  const page = () => createCallerFactory(appRouter)({ house, actor: ada }).deployments.get({ name: deployment })
  return {
    deployment,
    deploymentId,
    give,
    page,
    now: () => now,
    pass: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1_000)
    },
    look: () => lookAtRollouts(house, now),
    /** Both arms under the release in force. */
    async serve(champion: Traffic, challenger: Traffic, shadow = false) {
      const { release } = await page()
      const arm = { deploymentId, release: release.number, at: now }
      await sendTraffic(house, { ...arm, versionId: v(1), seed: 1 }, champion)
      await sendTraffic(house, { ...arm, versionId: v(2), seed: 2, shadow }, challenger)
    },
    async count(sql: string) {
      const { rows } = await house.pool.query(`select count(*)::int as n from ${sql}`, [deploymentId])
      return Number(rows[0]?.n)
    },
  }
}

const well = (requests: number): Traffic => ({ requests })
const lines = ({ history }: Awaited<ReturnType<Awaited<ReturnType<typeof begin>>['page']>>) =>
  history
    .map(({ number, kind, arms }) => `${number} ${kind} ${arms.map(({ version, weight }) => `v${version} ${weight}`).join(' ')}`)
    .reverse()

describe('a canary', () => {
  it('that is good is promoted step by step', async () => {
    const canary = await begin('good', quickCanary)
    await canary.serve(well(1_800), well(200))
    await canary.look()
    expect((await canary.page()).rollout).toMatchObject({ status: 'running', step: 0, challengerAnswers: 200 })
    canary.pass(61)
    for (let i = 0; i < 4; i++) {
      await canary.serve(well(1_800), well(400))
      await canary.look()
      canary.pass(3)
    }
    expect((await canary.page()).rollout).toMatchObject({ status: 'running', step: 1 })
    canary.pass(61)
    for (let i = 0; i < 8 && (await canary.page()).rollout?.status === 'running'; i++) {
      await canary.serve(well(3_000), well(3_000))
      await canary.look()
      canary.pass(3)
    }
    const page = await canary.page()
    expect(page.rollout).toMatchObject({ status: 'promoted', endedAt: expect.any(Date) })
    expect(page.rollout?.sentence).toMatch(/takes all traffic/)
    expect(lines(page)).toEqual(['1 deploy v1 100', '2 canary v1 90 v2 10', '3 share v1 50 v2 50', '4 promote v2 100'])
    expect(page.release).toMatchObject({ by: null, reason: page.rollout?.sentence, rolloutId: page.rollout?.id })
    expect(page.verdicts[0]?.verdict.decision).toBe('promote')
    expect(page.history[1]?.arms[1]).toMatchObject({
      version: 2,
      errorShare: 0,
      lowShare: expect.any(Number),
      confidence: expect.closeTo(0.8, 1),
    })
    expect(page.history[1]?.arms[1]?.rows).toBeGreaterThan(2_000)
    const { rows } = await house.pool.query("select action from audit_entries where object_id = 'good' order by id")
    expect(rows.map(({ action }) => action)).toEqual(['release.deploy', 'release.canary', 'release.share', 'release.promote'])
  })

  it('that does harm is rolled back, settings and all', async () => {
    const canary = await begin('harmful', quickCanary)
    await canary.serve(well(1_800), { requests: 200, failing: 0.3 })
    await canary.look()
    const page = await canary.page()
    expect(page.rollout).toMatchObject({ status: 'rolled-back' })
    expect(page.rollout?.sentence).toMatch(/harm is proven|fail/i)
    expect(lines(page).at(-1)).toBe('3 rollback v1 100')
    expect(page.release).toMatchObject({ rollbackOf: 1, rolloutId: null })
    await canary.look()
    expect((await canary.page()).release.number).toBe(3)
  })

  it('that cannot be judged asks, and goes on when a person says so', async () => {
    const canary = await begin('quiet', quickCanary)
    await canary.serve(well(10), well(1))
    canary.pass(181)
    await canary.look()
    const asked = await canary.page()
    expect(asked.rollout).toMatchObject({ status: 'asking', step: 0, nextStepAt: null })
    expect(asked.release.number).toBe(2)
    const { rows } = await house.pool.query("select action from audit_entries where object_id = 'quiet' order by id desc limit 1")
    expect(rows[0]?.action).toBe('rollout.asking')
    await canary.give({ kind: 'resume', deployment: 'quiet', expected: 2, reason: 'more traffic comes' })
    await canary.look()
    expect((await canary.page()).rollout).toMatchObject({ status: 'running', stepSince: canary.now() })
  })

  it('that a person holds never grows, and grows again when resumed', async () => {
    const canary = await begin('held', quickCanary)
    await canary.give({ kind: 'hold', deployment: 'held', reason: 'lunch' })
    await canary.serve(well(9_000), well(2_000))
    canary.pass(61)
    await canary.look()
    expect((await canary.page()).rollout).toMatchObject({ status: 'held', step: 0, sentence: 'Ada holds it: lunch' })
    expect((await canary.page()).verdicts.length).toBeGreaterThan(0)
    await canary.give({ kind: 'resume', deployment: 'held' })
    canary.pass(61)
    await canary.look()
    expect((await canary.page()).rollout).toMatchObject({ status: 'running', step: 1 })
    await canary.give({ kind: 'share', deployment: 'held', share: 30 })
    expect((await canary.page()).rollout).toMatchObject({ status: 'held', step: 0 })
    await expect(canary.give({ kind: 'hold', deployment: 'held' })).rejects.toThrow(/held already/)
    await canary.give({ kind: 'promote', deployment: 'held', reason: 'enough' })
    const page = await canary.page()
    expect(page.rollout).toMatchObject({ status: 'promoted', sentence: 'Ada promoted it: enough' })
    expect(lines(page).at(-1)).toBe('5 promote v2 100')
  })

  it('by hand shows verdicts and moves nothing', async () => {
    const canary = await begin('by-hand', { ...quickCanary, automatic: false })
    await canary.serve(well(1_800), { requests: 200, failing: 0.3 })
    await canary.look()
    const page = await canary.page()
    expect(page.rollout).toMatchObject({ status: 'running', automatic: false, verdict: { decision: 'rollback' } })
    expect(page.release.number).toBe(2)
    await canary.give({ kind: 'automatic', deployment: 'by-hand', automatic: true })
    canary.pass(3)
    await canary.look()
    expect((await canary.page()).rollout?.status).toBe('rolled-back')
  })
})

describe('the other strategies', () => {
  const one = { minutes: 1, minSamples: 100 }
  it('a shadow gets copies, is compared, and asks', async () => {
    const shadow = await begin('shadowed', strategySchema.parse({ kind: 'shadow', ...one }))
    await shadow.serve(well(6_000), { requests: 6_000, differing: 0.02 }, true)
    shadow.pass(61)
    await shadow.look()
    const page = await shadow.page()
    expect(page.rollout).toMatchObject({ status: 'asking', challengerAnswers: 6_000 })
    expect(page.shadow).toMatchObject({ version: 2, share: 100 })
    await shadow.give({ kind: 'promote', deployment: 'shadowed' })
    expect((await shadow.page()).settings.shadow).toBeNull()
  })

  it('a shadow that answers otherwise is ended without a caller having met it', async () => {
    const shadow = await begin('odd-shadow', strategySchema.parse({ kind: 'shadow', ...one }))
    await shadow.serve(well(2_000), { requests: 2_000, differing: 0.4 }, true)
    await shadow.look()
    const page = await shadow.page()
    expect(page.rollout).toMatchObject({ status: 'rolled-back' })
    expect(page.release).toMatchObject({ kind: 'rollback', settings: { shadow: null } })
  })

  it('blue/green warms up, switches, compares with the time before, and drops the old colour', async () => {
    const green = await begin('green', strategySchema.parse({ kind: 'blue-green', ...one }))
    await announceGateway(house, { releases: { green: 1 } })
    await green.look()
    expect((await green.page()).rollout).toMatchObject({ step: 0, status: 'running', sentence: expect.stringMatching(/0 of 1 gateways/) })
    expect((await green.page()).standby).toEqual([{ versionId: v(2), version: 2 }])
    await sendTraffic(house, { deploymentId: green.deploymentId, versionId: v(1), release: 1, at: green.now() }, well(4_000))
    await announceGateway(house, { releases: { green: 2 } })
    green.pass(60)
    await green.look()
    expect((await green.page()).standby).toEqual([{ versionId: v(1), version: 1 }])
    await sendTraffic(house, { deploymentId: green.deploymentId, versionId: v(2), release: 3, at: green.now() }, well(4_000))
    green.pass(61)
    await green.look()
    const page = await green.page()
    expect(page.rollout?.sentence).toMatch(/old version is dropped/)
    expect(page.standby).toEqual([])
    expect(lines(page)).toEqual(['1 deploy v1 100', '2 blue-green v1 100', '3 blue-green v2 100', '4 promote v2 100'])
  })

  it('blue/green goes back when the new colour does harm', async () => {
    const green = await begin('red', strategySchema.parse({ kind: 'blue-green', ...one }))
    await sendTraffic(house, { deploymentId: green.deploymentId, versionId: v(1), release: 2, at: green.now() }, well(1_000))
    await announceGateway(house, { releases: { red: 2 } })
    green.pass(60)
    await green.look()
    await sendTraffic(
      house,
      { deploymentId: green.deploymentId, versionId: v(2), release: 3, at: green.now() },
      { requests: 1_000, failing: 0.2 },
    )
    green.pass(30)
    await green.look()
    const page = await green.page()
    expect(page.rollout?.status).toBe('rolled-back')
    expect(page.release).toMatchObject({ kind: 'rollback', rollbackOf: 1, settings: { standby: [] } })
  })
})

describe('outcomes', () => {
  /** Answers of one version under the release in force, right in a share of the cases, each worth a revenue. */
  async function answer(
    test: Awaited<ReturnType<typeof begin>>,
    version: number,
    { rows, right, revenue }: { rows: number; right: number; revenue: number },
  ) {
    const { release } = await test.page()
    const at = test.now()
    const ids = Array.from({ length: rows }, (_, i) => `${test.deployment}-${version}-${release.number}-${i}`)
    const common = { deploymentId: test.deploymentId, versionId: v(version), release: release.number, at }
    await house.db.insert(predictions).values(ids.map((id) => ({ ...common, id, label: 'ham', confidence: 0.8, latencyMs: 1 })))
    const outcome = { deploymentId: test.deploymentId, at, receivedAt: at }
    await house.db.transaction((tx) =>
      upsertOutcomes(
        tx,
        ids.flatMap((predictionId, i) => [
          { ...outcome, predictionId, name: 'truth', label: i < rows * right ? 'ham' : 'spam' },
          { ...outcome, predictionId, name: 'revenue', value: revenue + (i % 10) },
        ]),
      ),
    )
  }
  const ab = strategySchema.parse({
    kind: 'ab',
    minutes: 1,
    minSamples: 100,
    judge: { business: [{ figure: 'revenue', better: 'higher' }] },
  })

  it('an A/B test waits for them, and then asks in their words', async () => {
    const test = await begin('ab', ab)
    await test.serve(well(4_000), well(4_000))
    test.pass(61)
    await test.look()
    expect((await test.page()).rollout).toMatchObject({ status: 'running', sentence: expect.stringMatching(/outcome/) })
    await answer(test, 1, { rows: 2_000, right: 0.8, revenue: 10 })
    await answer(test, 2, { rows: 2_000, right: 0.9, revenue: 12 })
    test.pass(3)
    await test.look()
    const { rollout, release } = await test.page()
    expect(rollout).toMatchObject({ status: 'asking', sentence: expect.stringMatching(/^The test is over.*revenue/) })
    expect(release.number).toBe(2)
  })

  it('a test whose challenger is wrong more often is rolled back', async () => {
    const test = await begin('ab-bad', ab)
    await test.serve(well(2_000), well(2_000))
    await answer(test, 1, { rows: 1_000, right: 0.9, revenue: 10 })
    await answer(test, 2, { rows: 1_000, right: 0.5, revenue: 10 })
    await test.look()
    expect((await test.page()).rollout?.status).toBe('rolled-back')
  })

  it('steer a bandit from its first release on, without what a fallback answered', async () => {
    const bandit = strategySchema.parse({ kind: 'bandit', assignment: { kind: 'bandit', method: 'thompson' }, minutes: 1, minSamples: 100 })
    const test = await begin('bandit', bandit)
    await answer(test, 1, { rows: 10, right: 0.5, revenue: 1 })
    await answer(test, 2, { rows: 20, right: 0.8, revenue: 2 })
    await house.pool.query("update predictions set fallback = 'timeout' where id like 'bandit-2-%-19'")
    await house.pool.query("update predictions set release = 1 where id like 'bandit-1-%-0'")
    const arms = await listArmOutcomes(house.db, { deploymentIds: [test.deploymentId], now: test.now() })
    const by = Object.fromEntries(arms.map((arm) => [arm.versionId, arm]))
    expect(by[v(1)]).toMatchObject({ n: 9, correct: 4, figures: { revenue: { n: 9 } } })
    expect(by[v(2)]).toMatchObject({ n: 19, correct: 16 })
    await expect(test.give({ kind: 'share', deployment: 'bandit', share: 30 })).rejects.toThrow(/A bandit sets the shares/)
    await test.give({ kind: 'promote', deployment: 'bandit' })
    expect((await test.page()).settings.assignment).toEqual({ kind: 'weights' })
    expect(await listArmOutcomes(house.db, { deploymentIds: [test.deploymentId], now: test.now() })).toEqual([])
  })
})

describe('durability', () => {
  it('two workers at once make one release', async () => {
    const canary = await begin('contended', quickCanary)
    await canary.serve(well(1_800), { requests: 200, failing: 0.3 })
    await Promise.all([canary.look(), canary.look(), canary.look()])
    expect(await canary.count('releases where deployment_id = $1')).toBe(3)
    expect(await canary.count('verdicts join rollouts r on r.id = rollout_id where r.deployment_id = $1')).toBe(1)
  })

  it.each([
    ['the process fails', `raise exception 'killed'`],
    ['the connection is cut', 'perform pg_terminate_backend(pg_backend_pid())'],
  ])('leaves nothing half when %s after the release was written, and goes on later', async (name, death) => {
    const canary = await begin(name.includes('process') ? 'killed' : 'cut', quickCanary)
    await canary.serve(well(1_800), { requests: 200, failing: 0.3 })
    await house.pool.query(
      `create function die() returns trigger language plpgsql as $$ begin ${death}; return new; end $$;
       create trigger die before update on rollouts for each row execute function die()`,
    )
    await canary.look()
    expect((await canary.page()).rollout).toMatchObject({ status: 'running' })
    expect(await canary.count('releases where deployment_id = $1')).toBe(2)
    expect(await canary.count('verdicts join rollouts r on r.id = rollout_id where r.deployment_id = $1')).toBe(0)
    await house.pool.query('drop trigger die on rollouts; drop function die')
    await canary.look()
    expect((await canary.page()).rollout).toMatchObject({ status: 'rolled-back' })
    expect(await canary.count('releases where deployment_id = $1')).toBe(3)
  })

  it('ends when somebody released something else past it', async () => {
    const canary = await begin('passed', quickCanary)
    await house.pool.query(
      `insert into releases (deployment_id, number, routes, kind, created_by) select deployment_id, 3, routes, 'deploy', 'ada' from releases where deployment_id = $1 and number = 1`,
      [canary.deploymentId],
    )
    await canary.look()
    const { rows } = await house.pool.query('select status, sentence from rollouts where deployment_id = $1', [canary.deploymentId])
    expect(rows).toEqual([{ status: 'ended', sentence: 'Ada made release 3 (deploy) while it was under way.' }])
  })

  it('one that cannot be judged does not keep the others waiting', async () => {
    const broken = await begin('broken', quickCanary)
    await house.pool.query(`update rollouts set strategy = '{"kind":"gone"}' where deployment_id = $1`, [broken.deploymentId])
    const canary = await begin('beside-it', quickCanary)
    await canary.serve(well(1_800), { requests: 200, failing: 0.3 })
    await canary.look()
    expect((await canary.page()).rollout?.status).toBe('rolled-back')
    await house.pool.query('delete from rollouts where deployment_id = $1', [broken.deploymentId])
  })
})

describe('people at the same moment', () => {
  it('a double click begins one rollout, and the second hears who was first', async () => {
    const deployment = 'clicked'
    await deployVersion(house.db, { actor: ada, deployment, versionId: v(1) })
    const order = { kind: 'deploy' as const, deployment, versionId: v(2), strategy: quickCanary, expected: 1 }
    const both = await Promise.allSettled([changeRelease(house.db, order, { actor: ada }), changeRelease(house.db, order, { actor: ada })])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = both.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []))
    expect(refused[0]).toMatch(/Ada made release 2 \(canary\)/)
  })

  it('a promotion and the loop do not both act', async () => {
    const canary = await begin('raced', quickCanary)
    await canary.serve(well(1_800), { requests: 200, failing: 0.3 })
    await Promise.allSettled([canary.look(), canary.give({ kind: 'promote', deployment: 'raced', expected: 2 }), canary.look()])
    const page = await canary.page()
    expect(page.release.number).toBe(3)
    expect(page.rollout?.endedAt).toBeInstanceOf(Date)
    expect([page.release.kind, page.rollout?.status]).toEqual(
      page.release.kind === 'promote' ? ['promote', 'promoted'] : ['rollback', 'rolled-back'],
    )
  })

  it('a new rollout ends the one under way', async () => {
    const canary = await begin('replaced', quickCanary)
    await canary.give({ kind: 'deploy', deployment: 'replaced', versionId: v(3), strategy: quickCanary })
    const page = await canary.page()
    expect(page.rollout).toMatchObject({ challenger: 3, status: 'running' })
    expect(lines(page).at(-1)).toBe('3 canary v1 90 v3 10')
    expect(await canary.count("rollouts where deployment_id = $1 and status = 'ended'")).toBe(1)
  })
})
