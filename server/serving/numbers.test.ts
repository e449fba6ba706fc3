import { afterAll, beforeAll, expect, it } from 'vitest'
import { predictionName } from '#core/monitor/bins'
import { systemActor } from '#db/queries/audit'
import type { House } from '#server/house'
import { measureDeployment } from '#server/monitor/measure-deployment'
import { tryModel } from '#server/registry/try-model'
import { deployVersion } from '#server/releases/change-release'
import { describeDeployment } from '#server/releases/describe-deployment'
import { priceOf, registerRegressor } from '#server/testing/small-regressor'
import { testHouse } from '#server/testing/test-house'
import { registerTiny } from '#server/testing/tiny-registry'
import { replay } from '#server/traffic/replay'
import { ownGateway } from '#server/traffic/send-traffic'
import { type Gateway, runGateway } from './run-gateway'

let house: House
let gateway: Gateway
const minute = 60_000

beforeAll(async () => {
  const plain = await testHouse()
  const { versionId } = await registerRegressor(plain, 'prices')
  await deployVersion(plain.db, { actor: systemActor, deployment: 'prices', versionId, share: 100, reason: '' })
  gateway = await runGateway(plain)
  house = { ...plain, env: { ...plain.env, gatewayUrl: gateway.url } }
})
afterAll(async () => {
  await gateway?.close()
  await house?.close()
})

it('answers a value with its prediction interval, and says that it does', async () => {
  const client = ownGateway(house)
  expect(await client.describe('prices')).toMatchObject({ task: 'regression', classes: [], inputs: [{ name: 'area' }] })
  const one = await client.predict('prices', { area: 100 })
  expect(one).toMatchObject({ id: expect.any(String), version: 'v1', deployment: 'prices', interval: { share: 0.8 } })
  if (!('value' in one)) throw new Error('a regressor answers a value')
  expect(Math.abs(one.value - priceOf(100))).toBeLessThan(10)
  // uniform noise of +-50: eight tenths of it lie within +-40
  expect(one.interval?.low).toBeCloseTo(one.value - 40, -1)
  expect(one.interval?.high).toBeCloseTo(one.value + 40, -1)
  expect(Object.keys(one)).not.toContain('confidence')
  const many = await client.predict('prices', [{ area: 100 }, { area: null }])
  expect(many).toMatchObject({ predictions: [{ value: one.value, version: 'v1' }, { value: expect.any(Number) }] })
})

it('"Try it" answers as the gateway does', async () => {
  const trial = await tryModel(house, { model: 'prices', number: 1, row: { area: 100 } })
  if (!('value' in trial)) throw new Error('a regressor answers a value')
  expect(Math.abs(trial.value - priceOf(100))).toBeLessThan(10)
  expect(trial.interval.share).toBe(0.8)
})

it('logs and counts what it answers, and the monitor shows numbers, their drift, and no confidence', async () => {
  const replayed = await replay(ownGateway(house), {
    deployment: 'prices',
    inputs: [{ name: 'area', type: 'number', example: 1 }],
    rows: Array.from({ length: 60 }, (_, i) => ({ area: 190 + (i % 9) })),
    shifts: [],
    rate: 400,
    count: 60,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  })
  expect(replayed).toMatchObject({ answered: 60, labels: {}, versions: { v1: 60 } })
  expect(replayed.values?.mean).toBeGreaterThan(priceOf(188))
  const nowMs = Date.now()
  const fromMs = Math.floor(nowMs / minute) * minute - 59 * minute
  const plan = { fromMs, toMs: fromMs + 60 * minute, stepMs: minute, mapStepMs: 60 * minute, source: 'minute' as const }
  const look = () => measureDeployment(house.db, { deployment: 'prices', includesTest: true, plan })
  let view = await look()
  for (let i = 0; i < 100 && view.total.rows < 63; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    view = await look()
  }
  expect(view).toMatchObject({ task: 'regression', classes: [], total: { rows: 63, meanConfidence: null, lowConfidence: null } })
  expect(view.compared).toMatchObject({ meanConfidence: null, values: { p50: expect.any(Number) } })
  const answered = view.buckets.flatMap((bucket) => bucket.values ?? [])
  expect(answered.at(-1)?.p50).toBeGreaterThan(view.compared?.values?.p90 ?? 0)
  const drift = view.drift.find((one) => one.name === predictionName)
  expect(drift).toMatchObject({ kind: 'prediction', test: 'kolmogorov-smirnov', state: 'drifted', bins: { edges: expect.any(Array) } })
  const { rows } = await house.pool.query('select label, confidence, value from predictions where test')
  expect(rows).toHaveLength(60)
  expect(rows.every((row) => row.label === null && row.confidence === null && row.value > priceOf(180))).toBe(true)
  const { arms } = await describeDeployment(house.db, {
    name: 'prices',
    gatewayUrl: '',
    now: new Date(),
    actor: { id: 'x', role: 'viewer' },
  })
  expect(arms[0]).toMatchObject({ rows: 63, confidence: null, lowShare: null })
})

it('refuses to split traffic between a class and a number', async () => {
  const [classes] = await registerTiny(house, { count: 1 })
  const { versionId } = await registerRegressor(house, 'prices')
  // Versions of one model that read the same and answer differently: by hand, as no stage makes them.
  await house.pool.query(
    'update model_versions set number = 2, model_id = (select model_id from model_versions where id = $1), signature = signature || $2 where id = $3',
    [versionId, { inputs: [{ name: 'area', type: 'number', example: 1 }] }, classes?.id],
  )
  const split = deployVersion(house.db, { actor: systemActor, deployment: 'prices', versionId: classes?.id ?? '', share: 20, reason: '' })
  await expect(split).rejects.toThrow(/answers in another form than v1/)
})
