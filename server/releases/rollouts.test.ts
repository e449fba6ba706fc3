import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Strategy, strategySchema } from '#core/releases/strategy'
import { listArmOutcomes } from '#db/queries/arm-outcomes'
import { upsertOutcomes } from '#db/queries/outcomes'
import { predictions } from '#db/schema/predictions'
import { announceGateway, quickCanary, sendTraffic, type Traffic } from './testing'
import { type RolloutStand, rolloutStand, type StoodRollout } from './testing-rollouts'

let stand: RolloutStand
beforeAll(async () => {
  stand = await rolloutStand()
})
afterAll(() => stand?.close())

const begin = (deployment: string, strategy: Strategy) => stand.begin(deployment, strategy)
const well = (requests: number): Traffic => ({ requests })

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
    expect(await canary.releases()).toEqual(['1 deploy v1 100', '2 canary v1 90 v2 10', '3 share v1 50 v2 50', '4 promote v2 100'])
    expect(page.release).toMatchObject({ by: null, reason: page.rollout?.sentence, rolloutId: page.rollout?.id })
    expect(page.verdicts[0]?.verdict.decision).toBe('promote')
    expect(page.history[1]?.arms[1]).toMatchObject({
      version: 2,
      errorShare: 0,
      lowShare: expect.any(Number),
      confidence: expect.closeTo(0.8, 1),
    })
    expect(page.history[1]?.arms[1]?.rows).toBeGreaterThan(2_000)
    const { rows } = await stand.house.pool.query("select action from audit_entries where object_id = 'good' order by id")
    expect(rows.map(({ action }) => action)).toEqual(['release.deploy', 'release.canary', 'release.share', 'release.promote'])
  })

  it('that does harm is rolled back, settings and all', async () => {
    const canary = await begin('harmful', quickCanary)
    await canary.serve(well(1_800), { requests: 200, failing: 0.3 })
    await canary.look()
    const page = await canary.page()
    expect(page.rollout).toMatchObject({ status: 'rolled-back' })
    expect(page.rollout?.sentence).toMatch(/harm is proven|fail/i)
    expect((await canary.releases()).at(-1)).toBe('3 rollback v1 100')
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
    const { rows } = await stand.house.pool.query("select action from audit_entries where object_id = 'quiet' order by id desc limit 1")
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
    expect((await canary.releases()).at(-1)).toBe('5 promote v2 100')
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
    await announceGateway(stand.house, { releases: { green: 1 } })
    await green.look()
    expect((await green.page()).rollout).toMatchObject({ step: 0, status: 'running', sentence: expect.stringMatching(/0 of 1 gateways/) })
    expect((await green.page()).standby).toEqual([{ versionId: stand.v(2), version: 2 }])
    await sendTraffic(stand.house, { deploymentId: green.deploymentId, versionId: stand.v(1), release: 1, at: green.now() }, well(4_000))
    await announceGateway(stand.house, { releases: { green: 2 } })
    green.pass(60)
    await green.look()
    expect((await green.page()).standby).toEqual([{ versionId: stand.v(1), version: 1 }])
    await sendTraffic(stand.house, { deploymentId: green.deploymentId, versionId: stand.v(2), release: 3, at: green.now() }, well(4_000))
    green.pass(61)
    await green.look()
    const page = await green.page()
    expect(page.rollout?.sentence).toMatch(/old version is dropped/)
    expect(page.standby).toEqual([])
    expect(await green.releases()).toEqual(['1 deploy v1 100', '2 blue-green v1 100', '3 blue-green v2 100', '4 promote v2 100'])
  })

  it('blue/green goes back when the new colour does harm', async () => {
    const green = await begin('red', strategySchema.parse({ kind: 'blue-green', ...one }))
    await sendTraffic(stand.house, { deploymentId: green.deploymentId, versionId: stand.v(1), release: 2, at: green.now() }, well(1_000))
    await announceGateway(stand.house, { releases: { red: 2 } })
    green.pass(60)
    await green.look()
    await sendTraffic(
      stand.house,
      { deploymentId: green.deploymentId, versionId: stand.v(2), release: 3, at: green.now() },
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
  async function answer(test: StoodRollout, version: number, { rows, right, revenue }: { rows: number; right: number; revenue: number }) {
    const { release } = await test.page()
    const at = test.now()
    const ids = Array.from({ length: rows }, (_, i) => `${test.deployment}-${version}-${release.number}-${i}`)
    const common = { deploymentId: test.deploymentId, versionId: stand.v(version), release: release.number, at }
    await stand.house.db.insert(predictions).values(ids.map((id) => ({ ...common, id, label: 'ham', confidence: 0.8, latencyMs: 1 })))
    const outcome = { deploymentId: test.deploymentId, at, receivedAt: at }
    await stand.house.db.transaction((tx) =>
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
    await stand.house.pool.query("update predictions set fallback = 'timeout' where id like 'bandit-2-%-19'")
    await stand.house.pool.query("update predictions set release = 1 where id like 'bandit-1-%-0'")
    const arms = await listArmOutcomes(stand.house.db, { deploymentIds: [test.deploymentId], now: test.now() })
    const by = Object.fromEntries(arms.map((arm) => [arm.versionId, arm]))
    expect(by[stand.v(1)]).toMatchObject({ n: 9, correct: 4, figures: { revenue: { n: 9 } } })
    expect(by[stand.v(2)]).toMatchObject({ n: 19, correct: 16 })
    await expect(test.give({ kind: 'share', deployment: 'bandit', share: 30 })).rejects.toThrow(/A bandit sets the shares/)
    await test.give({ kind: 'promote', deployment: 'bandit' })
    expect((await test.page()).settings.assignment).toEqual({ kind: 'weights' })
    expect(await listArmOutcomes(stand.house.db, { deploymentIds: [test.deploymentId], now: test.now() })).toEqual([])
  })
})
