import { once } from 'node:events'
import net from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createApiKey, revokeApiKey } from '#db/queries/api-keys'
import { systemActor } from '#db/queries/audit'
import type { House } from '#server/house'
import { deployVersion } from '#server/releases/change-release'
import { newApiKey } from '#server/serving/keys/key-ring'
import { relay } from '#server/testing/database-relay'
import {
  countedRows,
  type GatewayProcess,
  killGateways,
  load,
  loggedIds,
  startGateway,
  untilDatabaseIsDown,
  untilLogged,
  wait,
} from '#server/testing/gateway-processes'
import { testHouse } from '#server/testing/test-house'
import { registerTiny, type TinyVersion } from '#server/testing/tiny-registry'

/**
 * Two gateways on one database under sustained load, and everything that goes wrong in a bad week, one after the other. No
 * valid request fails after one retry, no row is lost, and none is counted twice.
 */

const switches = 50
let house: House
let versions: TinyVersion[]
let database: Awaited<ReturnType<typeof relay>>
let gateways: [GatewayProcess, GatewayProcess]
let traffic: ReturnType<typeof load>

beforeAll(async () => {
  house = await testHouse()
  versions = await registerTiny(house, { count: 2 })
  await deploy(0)
  database = await relay(house.databaseUrl)
  gateways = [await start(), await start()]
  traffic = load(house, 'busy', { urls: gateways.map(({ url }) => url), callers: 8 })
  await traffic.untilAnswered(200)
}, 60_000)

afterAll(async () => {
  await traffic?.stop()
  await killGateways()
  await house?.close()
})

const start = () => startGateway(house, { databaseUrl: database.url })

const deploy = (index: number) =>
  deployVersion(house.db, { actor: systemActor, deployment: 'busy', versionId: versions[index]?.id ?? '', share: 100, reason: '' })

/** The release that a gateway answers by. */
async function releaseOf({ url }: GatewayProcess, key: string): Promise<number> {
  const response = await fetch(`${url}/v1/busy`, { headers: { authorization: `Bearer ${key}` } })
  return (await response.json()).release
}

async function makeKey(): Promise<{ id: string; secret: string }> {
  const { secret, hash, prefix } = newApiKey()
  const { id } = await createApiKey(house.db, { name: 'caller', prefix, hash, deployments: null, createdBy: null })
  return { id, secret }
}

/** Sends raw bytes and gives what came back when the other side hung up, or when `ms` had passed. */
function sendRaw(url: string, bytes: string, ms: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1')
    let answer = ''
    const end = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(end, ms)
    socket.on('data', (data) => {
      answer += data
    })
    socket.on('error', end)
    socket.on('close', end)
    socket.write(bytes)
  })
}

it(`${switches} switches of the release fail nobody, and are in force everywhere within 5 s`, async () => {
  const { secret } = await makeKey()
  let number = 1
  for (let i = 1; i <= switches; i++) number = (await deploy(i % 2)).release
  const end = Date.now() + 5_000
  for (const gateway of gateways) {
    while ((await releaseOf(gateway, secret)) !== number) {
      if (Date.now() > end) throw new Error(`release ${number} is not in force everywhere 5 s after it was made`)
      await wait(50)
    }
  }
  await traffic.untilAnswered(200)
  expect(traffic.failures).toEqual([])
})

it('a key that is revoked is refused within 5 s, and others go on', async () => {
  const key = await makeKey()
  const status = async ({ url }: GatewayProcess) =>
    (await fetch(`${url}/v1/busy`, { headers: { authorization: `Bearer ${key.secret}` } })).status
  for (const gateway of gateways) expect(await status(gateway)).toBe(200)
  await revokeApiKey(house.db, key.id)
  const end = Date.now() + 5_000
  for (const gateway of gateways) {
    while ((await status(gateway)) !== 401) {
      if (Date.now() > end) throw new Error('the revoked key is still let in after 5 s')
      await wait(50)
    }
  }
  expect(traffic.failures).toEqual([])
})

it('malformed, oversized and slow requests hurt nobody else', async () => {
  const { secret } = await makeKey()
  const [{ url }] = gateways
  const head = `POST /v1/busy/predict HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secret}\r\n`
  // Heads and bodies that never end: held open while the others go on.
  const slow = Array.from({ length: 40 }, (_, i) => sendRaw(url, i % 2 ? head : `${head}content-length: 500\r\n\r\n{"body":`, 2_000))
  const before = traffic.answered.size
  expect(await sendRaw(url, 'GARBAGE\r\n\r\n', 2_000)).toMatch(/^HTTP\/1\.1 400/)
  expect(await sendRaw(url, `${head}content-length: 3\r\nconnection: close\r\n\r\n{"b`, 2_000)).toMatch(/^HTTP\/1\.1 400[\s\S]*not JSON/)
  const send = (body: string) =>
    fetch(`${url}/v1/busy/predict`, { method: 'POST', headers: { authorization: `Bearer ${secret}` }, body }).then(
      ({ status }) => status,
      // Refused by its length alone: the connection may be closed before the body is through.
      () => 413,
    )
  expect(await send(JSON.stringify({ body: 'x'.repeat(4 * 1024 * 1024), hour: 1 }))).toBe(413)
  const deep = await send(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
  expect(deep).toBeGreaterThanOrEqual(400)
  expect(deep).toBeLessThan(500)
  await traffic.untilAnswered(200)
  await Promise.all(slow)
  expect(traffic.answered.size).toBeGreaterThan(before)
  expect(traffic.failures).toEqual([])
})

it('a database that is away costs no answer', async () => {
  await database.cut()
  for (const { url } of gateways) await untilDatabaseIsDown(url)
  await traffic.untilAnswered(1_000)
  await database.mend()
  await traffic.untilAnswered(200)
  expect(traffic.failures).toEqual([])
})

it('a gateway that is killed costs one retry, and its successor takes over its log', async () => {
  gateways[0].child.kill('SIGKILL')
  await once(gateways[0].child, 'exit')
  await traffic.untilAnswered(1_000)
  expect(traffic.retried()).toBeGreaterThan(0)
  expect(traffic.failures).toEqual([])
  await start()
})

it('after all that, every answered row is in the log, once', async () => {
  await traffic.stop()
  expect(traffic.failures).toEqual([])
  await untilLogged(house, traffic.answered)
  // What the killed gateway had answered without the answer arriving is there as well.
  expect((await loggedIds(house)).size).toBeGreaterThanOrEqual(traffic.answered.size)
  await expect.poll(async () => (await countedRows(house)) - (await loggedIds(house)).size, { timeout: 20_000, interval: 200 }).toBe(0)
})
