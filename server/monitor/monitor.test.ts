import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planRange } from '#core/monitor/range'
import { inTransaction } from '#db/client'
import { getMonitored, listTraffic } from '#db/queries/monitor'
import { upsertOutcomes } from '#db/queries/outcomes'
import { createPredictions } from '#db/queries/predictions'
import { createReviewItems } from '#db/queries/review-items'
import { addRollups } from '#db/queries/rollups'
import { appRouter } from '#server/api/root'
import { createCallerFactory } from '#server/api/trpc'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { measureDeployment } from './measure-deployment'
import { overviewDeployments } from './overview'
import { deployTiny, trafficOf, type Watched, writeTraffic } from './testing'

const minute = 60_000
const hour = 60 * minute
const noon = Date.UTC(2026, 10, 23, 12)
let house: House
let watched: Watched
const ids = () => watched.versions.map((version) => version.id)

beforeAll(async () => {
  house = await testHouse()
  watched = await deployTiny(house, 'triage')
})
afterAll(() => house.close())

function measure(fromMs: number, toMs: number, options: { versionId?: string; includesTest?: boolean } = {}) {
  return measureDeployment(house.db, { deployment: 'triage', includesTest: true, ...options, plan: planRange(fromMs, toMs) })
}

describe('figures of a range', () => {
  beforeAll(async () => {
    const [champion = '', challenger = ''] = ids()
    const at = (versionId: string, test = false) => ({ deploymentId: watched.deploymentId, versionId, test })
    await writeTraffic(house, at(champion), [
      [noon - 90 * minute, trafficOf({ requests: 10 })],
      [noon - 30 * minute, trafficOf({ requests: 80 })],
      [noon - 29 * minute, trafficOf({ requests: 10, status: 500 })],
      [noon - 10 * minute, trafficOf({ requests: 80, input: { body: 'one two three four', hour: 23 }, label: 'spam', confidence: 0.5 })],
    ])
    await writeTraffic(house, at(challenger), [[noon - 10 * minute, trafficOf({ requests: 20, latencyMs: 40 })]])
    await writeTraffic(house, at(champion, true), [[noon - 10 * minute, trafficOf({ requests: 5 })]])
  })

  test('are sums of minutes, the stretch before beside them', async () => {
    const view = await measure(noon - hour, noon)
    expect(view).toMatchObject({
      testRequests: 5,
      total: { requests: 195, errors: 10, rows: 185 },
      before: { requests: 10 },
      stepMs: minute,
    })
    expect(view.buckets.length).toBe(60)
    expect(view.buckets.filter((bucket) => bucket.summary.requests > 0).map((bucket) => bucket.summary.requests)).toEqual([80, 10, 105])
    expect(view.buckets[0]?.summary.meanConfidence).toBeNull()
    expect(view.total.errorRate).toBeCloseTo(10 / 195)
    expect(view.total.lowConfidence).toBeCloseTo(80 / 185)
  })

  test('of a week come from hours and are the same', async () => {
    const week = await measure(noon - 7 * 24 * hour, noon)
    expect(week.total).toMatchObject({ requests: 205, errors: 10 })
    expect(week.stepMs).toBe(2 * hour)
  })

  test('of one version alone, and without test traffic', async () => {
    const [champion = '', challenger = ''] = ids()
    expect((await measure(noon - hour, noon, { versionId: challenger })).total.requests).toBe(20)
    const real = await measure(noon - hour, noon, { versionId: champion, includesTest: false })
    expect(real).toMatchObject({ testRequests: 0, total: { requests: 170 } })
  })

  test('champion and challenger stand side by side', async () => {
    const { arms } = await measure(noon - hour, noon)
    expect(arms.map(({ role, weight, number, summary }) => ({ role, weight, number, requests: summary.requests }))).toEqual([
      { role: 'champion', weight: 80, number: 1, requests: 175 },
      { role: 'challenger', weight: 20, number: 2, requests: 20 },
    ])
    expect(arms[1]?.summary.latencyP99).toBeGreaterThan(35)
  })

  test('drift is judged for the champion against its own training, and per stretch of time', async () => {
    const before = await measure(noon - 31 * minute, noon - 28 * minute)
    expect(before.drift.map(({ name, state }) => [name, state])).toEqual([
      ['body', 'stable'],
      ['hour', 'stable'],
      ['(prediction)', 'stable'],
    ])
    const now = await measure(noon - 11 * minute, noon - 9 * minute)
    expect(now.drift.every((column) => column.state === 'drifted')).toBe(true)
    const both = await measure(noon - hour, noon)
    const states = both.driftMap.map((bucket) => bucket.cells.find((cell) => cell.name === 'hour')?.state)
    expect(states.filter((state) => state === 'drifted').length).toBe(1)
    expect(states.filter((state) => state === 'not-enough-data').length).toBe(states.length - 2)
  })

  test('the overview says for each deployment how it does', async () => {
    const [one] = await overviewDeployments(house.db, noon)
    expect(one).toMatchObject({
      name: 'triage',
      release: 1,
      versions: [{ weight: 80 }, { weight: 20 }],
      summary: { requests: 195 },
      openAlerts: 0,
    })
    expect(one?.requestsPerMinute.length).toBe(60)
    expect(one?.lastMinute).toEqual(new Date(noon - 10 * minute))
  })

  test('an unknown deployment is a sentence', async () => {
    const viewer = createCallerFactory(appRouter)({ house, actor: { id: 'v', name: 'V', email: 'v@x', role: 'viewer' } })
    await expect(viewer.monitor.figures({ deployment: 'gone', range: '1h' })).rejects.toThrow(/no deployment called gone/)
    await expect(viewer.monitor.figures({ deployment: 'triage', range: { from: new Date(5), to: new Date(1) } })).rejects.toThrow(
      /ends before it begins/,
    )
  })
})

describe('what outcomes say, and what shadows answered', () => {
  test('accuracy by version and in all, business figures, and no shadow anywhere', async () => {
    const judged = await deployTiny(house, 'judged')
    const [champion = '', challenger = ''] = judged.versions.map((version) => version.id)
    const { deploymentId } = judged
    const base = { deploymentId, release: 1, at: new Date(noon), latencyMs: 4, confidence: 0.9, label: 'spam' }
    const rows = Array.from({ length: 20 }, (_, i) => ({
      ...base,
      id: `p_judged${i}`,
      versionId: i < 15 ? champion : challenger,
      fallback: i === 0 ? ('error' as const) : null,
      input: i % 2 ? null : { body: 'x', hour: 1 },
    }))
    const shadow = { ...base, id: 'p_judgedshadow', versionId: challenger, shadow: true, input: null }
    await inTransaction(house.pool, async (tx, client) => {
      await createPredictions(client, () => [[...rows, shadow]])
      const outcome = { deploymentId, at: new Date(noon), receivedAt: new Date(noon), value: null }
      await upsertOutcomes(tx, [
        ...rows.map(({ id }, i) => ({ ...outcome, predictionId: id, name: 'truth', label: i % 5 === 0 ? 'ham' : 'spam' })),
        { ...outcome, predictionId: shadow.id, name: 'truth', label: 'ham' },
        { ...outcome, predictionId: rows[3]?.id ?? '', name: 'revenue', label: null, value: 8 },
      ])
      const figures = trafficOf({ requests: 5 })
      await addRollups(tx, [
        { deploymentId, versionId: challenger, release: 1, test: false, minute: new Date(noon), figures },
        { deploymentId, versionId: challenger, release: 2, test: false, minute: new Date(noon), figures },
        { deploymentId, versionId: challenger, release: 2, test: false, shadow: true, minute: new Date(noon), figures },
      ])
    })
    const view = await measureDeployment(house.db, { deployment: 'judged', includesTest: true, plan: planRange(noon - hour, noon + hour) })
    expect(view.total.requests).toBe(10)
    expect(view.outcomes).toEqual({ truths: 20, right: 0.8, meanError: null, figures: [{ name: 'revenue', n: 1, mean: 8 }] })
    // The champion's first answer was a fallback's: 2 of its own 14 are wrong.
    expect(view.arms.map(({ outcomes }) => [outcomes.truths, outcomes.right])).toEqual([
      [14, 12 / 14],
      [5, 0.8],
    ])
    const traffic = { deploymentIds: [deploymentId], fromMs: noon - hour, toMs: noon + hour, source: 'minute' as const, includesTest: true }
    expect((await listTraffic(house.db, traffic)).map(({ release }) => release).sort()).toEqual([1, 2])
    expect((await listTraffic(house.db, { ...traffic, shadow: true })).map(({ release }) => release)).toEqual([2])

    const viewer = createCallerFactory(appRouter)({ house, actor: { id: 'v', name: 'V', email: 'v@x', role: 'viewer' } })
    const answers = await viewer.monitor.predictions({ deployment: 'judged', limit: 100 })
    expect(answers).toHaveLength(20)
    expect(answers.filter(({ input }) => input === null)).toHaveLength(10)
    expect(answers.find(({ fallback }) => fallback)).toMatchObject({ version: 1, answeredBy: null, fallback: 'error' })
    expect(
      (await viewer.monitor.predictions({ deployment: 'judged', limit: 100, includesShadow: true })).filter(({ isShadow }) => isShadow),
    ).toHaveLength(1)
  })

  test('the queue for review: open ones, oldest first, counted by deployment', async () => {
    const [one] = (await deployTiny(house, 'unsure')).versions
    const { id: deploymentId } = await getMonitored(house.db, 'unsure')
    const item = {
      deploymentId,
      versionId: one?.id ?? '',
      reason: 'low-confidence' as const,
      input: { body: 'x', hour: 1 },
      label: 'spam',
      confidence: 0.4,
    }
    const items = [5, 3, 4].map((at) => ({ ...item, predictionId: `p_review${at}`, at: new Date(noon + at) }))
    await createReviewItems(house.db, items)
    await house.pool.query("update review_items set status = 'decided' where prediction_id = 'p_review4'")
    // Sent again: what is decided stays decided.
    await createReviewItems(house.db, items)
    const viewer = createCallerFactory(appRouter)({ house, actor: { id: 'v', name: 'V', email: 'v@x', role: 'viewer' } })
    expect((await viewer.reviews.list({ deployment: 'unsure' })).map(({ predictionId }) => predictionId)).toEqual([
      'p_review3',
      'p_review5',
    ])
    expect(await viewer.reviews.count({})).toContainEqual({ deployment: 'unsure', open: 2 })
    await expect(createCallerFactory(appRouter)({ house, actor: null }).reviews.count({})).rejects.toThrow(/Sign in/)
  })
})

test('a day of minutes and a month of hours add up to every request that was made', async () => {
  const busy = await deployTiny(house, 'busy')
  const [champion] = busy.versions
  const figures = trafficOf({ requests: 120 })
  for (let i = 0; i < 77; i++) figures.classes[`class-${i}`] = i
  const minutes = Array.from({ length: 24 * 60 }, (_, i) => [noon - (i + 1) * minute, figures] as const)
  const older = Array.from({ length: 29 * 24 }, (_, i) => [noon - (i + 1) * hour - 24 * hour, figures] as const)
  await writeTraffic(house, { deploymentId: busy.deploymentId, versionId: champion?.id ?? '' }, [...minutes, ...older])
  const requestsOf = async (span: number) => {
    const measured = await measureDeployment(house.db, { deployment: 'busy', includesTest: true, plan: planRange(noon - span, noon) })
    return measured.total.requests
  }
  expect(await requestsOf(24 * hour)).toBe(24 * 60 * 120)
  expect(await requestsOf(30 * 24 * hour)).toBe((24 * 60 + 29 * 24) * 120)
})
