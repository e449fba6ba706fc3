import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listAlerts } from '#db/queries/alerts'
import type { House } from '#server/house'
import { deployTiny } from '#server/monitor/testing'
import { secretKey } from '#server/secret-key'
import { testHouse } from '#server/testing/test-house'
import { internalKey } from '../keys/key-ring'
import { type Gateway, runGateway } from '../run-gateway'
import { parsePrometheus } from '../telemetry/testing'
import { until } from './testing'

let house: House
let gateway: Gateway
let lock: pg.Client

beforeAll(async () => {
  house = await testHouse({ STAGELINE_SPOOL_MB: '1' })
  await deployTiny(house, 'bounded')
  gateway = await runGateway(house)
})
afterAll(async () => {
  await lock?.end()
  await gateway?.close()
  await house?.close()
})

const authorization = () => `Bearer ${internalKey(secretKey(house.env))}`
async function call(path: string, body: unknown) {
  return fetch(`${gateway.url}/v1/bounded/${path}`, {
    method: 'POST',
    headers: { authorization: authorization() },
    body: JSON.stringify(body),
  })
}
const spool = async () => (await (await fetch(`${gateway.url}/health`)).json()).spool
const alerts = () => listAlerts(house.db, { deployment: 'bounded', limit: 10 })
async function sumOf(sql: string): Promise<number> {
  return (await house.pool.query<{ n: number }>(sql)).rows[0]?.n ?? 0
}

it('a database that takes nothing: the bound holds, every caller is answered, every answer is counted, and people are told', async () => {
  lock = new pg.Client({ connectionString: house.databaseUrl })
  await lock.connect()
  await lock.query('begin')
  await lock.query('lock table spool_batches in access exclusive mode')
  let answered = 0
  const ask = async () => {
    const response = await call(
      'predict',
      Array.from({ length: 20 }, () => ({ body: 'word '.repeat(1_000), hour: 3 })),
    )
    expect(response.status).toBe(200)
    answered += 20
  }
  while (!(await spool()).isFull) await ask()
  const logged = answered
  for (let i = 0; i < 30; i++) await ask()
  expect((await spool()).lostRows).toBeGreaterThanOrEqual(answered - logged)
  expect((await spool()).bytes).toBeLessThan(2 * 1024 * 1024)
  const refused = await call('outcomes', [{ id: 'p_0123456789abcdef', truth: 'spam' }])
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  await until(async () => (await alerts()).length === 1, 'an alert is open')
  expect((await alerts())[0]?.alert).toMatchObject({ kind: 'spool-full', closedAt: null })
  const { samples } = parsePrometheus(await (await fetch(`${gateway.url}/metrics`)).text())
  expect(samples.find(({ name }) => name === 'stageline_spool_full')?.value).toBe(1)
  expect(samples.find(({ name }) => name === 'stageline_spool_lost_rows_total')?.value).toBe((await spool()).lostRows)

  await lock.query('rollback')
  await until(async () => !(await spool()).isFull, 'there is room again')
  await ask()
  const { lostRows } = await spool()
  await until(
    async () => (await sumOf("select coalesce(sum((figures->>'rows')::int), 0)::int as n from rollups")) === answered,
    'all are counted',
  )
  expect(await sumOf('select count(*)::int as n from predictions')).toBe(answered - lostRows)
  expect((await call('outcomes', [{ id: 'p_0123456789abcdef', truth: 'spam' }])).status).toBe(200)
  await until(async () => (await alerts())[0]?.alert.closedAt != null, 'the alert is closed')
}, 60_000)
