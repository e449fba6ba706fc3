import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseShift } from '#core/traffic/shift'
import { systemActor } from '#db/queries/audit'
import type { House } from '#server/house'
import { deployVersion } from '#server/releases/change-release'
import { type Gateway, runGateway } from '#server/serving/run-gateway'
import { testHouse } from '#server/testing/test-house'
import { tinySignature } from '#server/testing/tiny-model'
import { registerTiny } from '#server/testing/tiny-registry'
import { readRowsFile } from './read-rows-file'
import { replay } from './replay'
import { mixed, ownGateway, sendTraffic } from './send-traffic'

let house: House
let gateway: Gateway
const signal = new AbortController().signal
const quiet = () => undefined

beforeAll(async () => {
  const plain = await testHouse()
  gateway = await runGateway(plain)
  house = { ...plain, env: { ...plain.env, gatewayUrl: gateway.url } }
  const [version] = await registerTiny(house, { count: 1 })
  await deployVersion(house.db, { actor: systemActor, deployment: 'replayed', versionId: version?.id ?? '', share: 100, reason: '' })
})
afterAll(async () => {
  await gateway?.close()
  await house?.close()
})

async function liveReplay(change: Partial<Parameters<typeof replay>[1]>) {
  const client = ownGateway(house)
  for (let i = 0; i < 50 && !(await client.describe('replayed').catch(() => null)); i++)
    await new Promise((resolve) => setTimeout(resolve, 100))
  return replay(client, {
    deployment: 'replayed',
    inputs: tinySignature.inputs,
    rows: [{ body: 'Lunch?', hour: 2, other: 'left out' }, { body: 'Dinner?', hour: '3' }, { body: 'spam' }],
    shifts: [],
    rate: 500,
    count: 30,
    signal,
    onProgress: quiet,
    ...change,
  })
}

it('replays rows again and again, at the rate, marked as test traffic', async () => {
  const result = await liveReplay({ rate: 60, count: 30 })
  expect(result).toMatchObject({ sent: 30, answered: 30, failed: 0, labels: { ham: 20, spam: 10 }, versions: { v1: 30 }, problem: null })
  expect(result.seconds).toBeGreaterThan(0.45)
})

it('shifts rows, and what is predicted shifts with them', async () => {
  const shifts = [parseShift('body=spam', tinySignature.inputs), parseShift('hour+9', tinySignature.inputs)]
  expect((await liveReplay({ shifts })).labels).toEqual({ spam: 30 })
})

it('stops at once, and ends with a sentence when nobody answers', async () => {
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 150)
  expect((await liveReplay({ rate: 20, count: 1000, signal: abort.signal })).sent).toBeLessThan(1000)
  await expect(liveReplay({ deployment: 'nowhere' })).rejects.toThrow(/no deployment called nowhere/)
})

it('reads files as uploads are read, and says what is wrong with them', async () => {
  const file = (name: string, text: string | Buffer) => {
    const at = path.join(house.env.home, name)
    writeFileSync(at, text)
    return at
  }
  expect(await readRowsFile(file('a.csv', 'body;hour\n"Lunch; noon?";9\nspam;3\n'), { limit: 10, signal })).toEqual([
    { body: 'Lunch; noon?', hour: 9 },
    { body: 'spam', hour: 3 },
  ])
  expect(await readRowsFile(file('a.jsonl', '{"body":"x","hour":1}\n{"body":"y","hour":2}\n'), { limit: 1, signal })).toEqual([
    { body: 'x', hour: 1 },
  ])
  await expect(readRowsFile(path.join(house.env.home, 'none.csv'), { limit: 1, signal })).rejects.toThrow(/There is no file/)
  await expect(readRowsFile(file('empty.csv', ''), { limit: 1, signal })).rejects.toThrow(/empty/)
})

it.each([1, 2, 3, 4, 10, 600, 2_796, 20_000])('mixes %i rows: each once, each stretch from all over', (n) => {
  const order = mixed(Array.from({ length: n }, (_, i) => i))
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
  for (let at = 0; at + 20 <= n; at += 20) {
    const fromFirstHalf = order.slice(at, at + 20).filter((i) => i < n / 2).length
    expect(Math.abs(fromFirstHalf - 10)).toBeLessThanOrEqual(2)
  }
})

it('does the job: rows of a table, with columns that the model reads', async () => {
  const { openTables } = await import('#server/tables/open-tables')
  const tables = openTables({ artifacts: house.artifacts, scratch: house.env.home, signal })
  const good = await tables.query("select 'Lunch?' as body, 1 as hour, true as other from range(5)", {})
  const sorted = await tables.query("select if(i < 5, 'Lunch?', 'spam') as body, 1 as hour from range(10) as r(i)", {})
  const bad = await tables.query("select 'Lunch?' as body from range(5)", {})
  tables.close()
  const told: number[] = []
  const order = { deployment: 'replayed', rate: 200, count: 12, shifts: [] }
  const progress = (done: number) => void told.push(done)
  expect(await sendTraffic(house, { ...order, table: good.artifact }, { progress, signal })).toMatchObject({
    sent: 12,
    answered: 12,
    failed: 0,
  })
  expect(told.at(-1)).toBe(12)
  // Fewer records than rows: taken from all over the table, for its head may be of one kind.
  expect(await sendTraffic(house, { ...order, count: 4, table: sorted.artifact }, { progress, signal })).toMatchObject({
    labels: { ham: 2, spam: 2 },
  })
  await expect(sendTraffic(house, { ...order, table: bad.artifact }, { progress, signal })).rejects.toThrow(/no column hour/)
})
