import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { systemActor } from '#db/queries/audit'
import type { House } from '#server/house'
import { deployVersion } from '#server/releases/change-release'
import { relay } from '#server/testing/database-relay'
import {
  countedRows,
  killGateways,
  load,
  loggedIds,
  startGateway,
  untilDatabaseIsDown,
  untilLogged,
  wait,
} from '#server/testing/gateway-processes'
import { testHouse } from '#server/testing/test-house'
import { registerTiny } from '#server/testing/tiny-registry'

let house: House

afterEach(async () => {
  await killGateways()
  await house?.close()
})

async function openSurvivor(): Promise<void> {
  house = await testHouse()
  const [first] = await registerTiny(house, { count: 1 })
  await deployVersion(house.db, { actor: systemActor, deployment: 'survivor', versionId: first?.id ?? '', share: 100, reason: '' })
}

it('a database that goes away under load costs no answer and no row', async () => {
  await openSurvivor()
  const database = await relay(house.databaseUrl)
  const { url } = await startGateway(house, { databaseUrl: database.url })
  const traffic = load(house, 'survivor', { urls: [url], callers: 8 })
  await traffic.untilAnswered(200)
  await database.cut()
  await traffic.untilAnswered(600)
  await untilDatabaseIsDown(url)
  await traffic.untilAnswered(600)
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ database: 'down', releases: 1 })
  await database.mend()
  await traffic.untilAnswered(200)
  await traffic.stop()
  expect(traffic.failures).toEqual([])
  await untilLogged(house, traffic.answered)
  expect((await loggedIds(house)).size).toBe(traffic.answered.size)
  expect(await countedRows(house)).toBe(traffic.answered.size)
  await database.cut()
})

it('a gateway killed under load loses no answered row, and each counts once', async () => {
  await openSurvivor()
  const first = await startGateway(house)
  const traffic = load(house, 'survivor', { urls: [first.url], callers: 8 })
  // Long enough for some files to be shipped, some complete and one open.
  await traffic.untilAnswered(1_000)
  await wait(1_200)
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  await traffic.stop()
  const spool = house.env.spoolDir
  expect(readdirSync(spool)).toHaveLength(1)
  const [orphan = ''] = readdirSync(spool)

  // Two successors at once: both see the orphan, one batch wins each file.
  await Promise.all([startGateway(house), startGateway(house)])
  await untilLogged(house, traffic.answered)
  for (let i = 0; i < 50 && existsSync(path.join(spool, orphan)); i++) await wait(100)
  expect(existsSync(path.join(spool, orphan))).toBe(false)
  const rows = await loggedIds(house)
  // A row may be there without its answer having arrived; it counts once all the same.
  expect(await countedRows(house)).toBe(rows.size)
})
