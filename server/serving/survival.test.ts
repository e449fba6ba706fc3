import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { systemActor } from '#db/queries/audit'
import type { House } from '#server/house'
import { deployVersion } from '#server/releases/change-release'
import { secretKey } from '#server/secret-key'
import { testHouse } from '#server/testing/test-house'
import { registerTiny } from '#server/testing/tiny-registry'
import { internalKey } from './keys/key-ring'

let house: House
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  await house?.close()
})

/** A relay between gateway and database that can be cut and mended: to the gateway, a database that restarts. */
async function relay(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    const upstream = net.connect(Number(target.port || 5432), target.hostname.replace(/^\[|\]$/g, ''))
    for (const end of [socket, upstream]) {
      sockets.add(end)
      end.on('error', () => undefined)
      end.on('close', () => {
        sockets.delete(end)
        socket.destroy()
        upstream.destroy()
      })
    }
    socket.pipe(upstream)
    upstream.pipe(socket)
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  return { url: url.href, cut, mend: () => listen(port) }
}

async function startGateway(databaseUrl: string): Promise<{ url: string; child: ChildProcess }> {
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/gateway.ts'], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      STAGELINE_HOME: house.env.home,
      STAGELINE_SECRET: house.env.STAGELINE_SECRET,
      STAGELINE_GATEWAY_PORT: String(port),
      STAGELINE_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  children.push(child)
  const url = `http://127.0.0.1:${port}`
  for (let i = 0; ; i++) {
    const ok = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return { url, child }
    if (i > 300) throw new Error('the gateway did not come up')
    await wait(100)
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

/** Calls in a closed loop of `callers` until told to stop; every answered id is kept. */
function load(url: string, callers: number) {
  const answered = new Set<string>()
  const refused: string[] = []
  let isOver = false
  const done = Promise.all(
    Array.from({ length: callers }, async () => {
      while (!isOver) {
        try {
          const response = await fetch(`${url}/v1/survivor/predict`, {
            method: 'POST',
            headers: { authorization: `Bearer ${internalKey(secretKey(house.env))}` },
            body: JSON.stringify([
              { body: 'spam', hour: 1 },
              { body: 'Lunch at noon?', hour: 2 },
            ]),
          })
          const json = await response.json()
          if (response.ok) for (const { id } of json.predictions) answered.add(id)
          else refused.push(json.error.message)
        } catch {
          // The connection broke before the answer came: nobody was promised anything.
          refused.push('no answer')
          await wait(20)
        }
      }
    }),
  )
  return {
    answered,
    refused,
    async stop() {
      isOver = true
      await done
    },
  }
}

async function logged(): Promise<Set<string>> {
  const { rows } = await house.pool.query<{ id: string }>('select id from predictions')
  return new Set(rows.map(({ id }) => id))
}

async function rollupRows(): Promise<number> {
  const { rows } = await house.pool.query<{ n: number }>("select coalesce(sum((figures->>'rows')::int), 0)::int as n from rollups")
  return rows[0]?.n ?? 0
}

async function untilLogged(ids: Set<string>, ms = 20_000): Promise<void> {
  const end = Date.now() + ms
  for (;;) {
    const there = await logged()
    const missing = [...ids].filter((id) => !there.has(id)).length
    if (missing === 0) return
    if (Date.now() > end) throw new Error(`${missing} of ${ids.size} answered predictions are not in the database`)
    await wait(200)
  }
}

/** Until so many more records are answered; how long that takes is the machine's affair. */
async function untilAnswered({ answered }: { answered: Set<string> }, more: number): Promise<void> {
  const wanted = answered.size + more
  const end = Date.now() + 30_000
  while (answered.size < wanted) {
    if (Date.now() > end) throw new Error(`only ${answered.size} of ${wanted} records were answered`)
    await wait(50)
  }
}

async function untilDown(url: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const { database } = await (await fetch(`${url}/health`)).json()
    if (database === 'down') return
    await wait(100)
  }
  throw new Error('the gateway did not see that its database is gone')
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function openSurvivor(): Promise<void> {
  house = await testHouse()
  const [first] = await registerTiny(house, { count: 1 })
  await deployVersion(house.db, { actor: systemActor, deployment: 'survivor', versionId: first?.id ?? '', share: 100, reason: '' })
}

it('a database that goes away under load costs no answer and no row', async () => {
  await openSurvivor()
  const database = await relay(house.databaseUrl)
  const { url } = await startGateway(database.url)
  const traffic = load(url, 8)
  await untilAnswered(traffic, 200)
  await database.cut()
  await untilAnswered(traffic, 600)
  await untilDown(url)
  await untilAnswered(traffic, 600)
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ database: 'down', releases: 1 })
  await database.mend()
  await untilAnswered(traffic, 200)
  await traffic.stop()
  expect(traffic.refused).toEqual([])
  await untilLogged(traffic.answered)
  expect((await logged()).size).toBe(traffic.answered.size)
  expect(await rollupRows()).toBe(traffic.answered.size)
  await database.cut()
})

it('a gateway killed under load loses no answered row, and each counts once', async () => {
  await openSurvivor()
  const first = await startGateway(house.databaseUrl)
  const traffic = load(first.url, 8)
  // Long enough for some files to be shipped, some complete and one open.
  await untilAnswered(traffic, 1_000)
  await wait(1_200)
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  await traffic.stop()
  const spool = house.env.spoolDir
  expect(readdirSync(spool)).toHaveLength(1)
  const [orphan = ''] = readdirSync(spool)

  // Two successors at once: both see the orphan, one batch wins each file.
  await Promise.all([startGateway(house.databaseUrl), startGateway(house.databaseUrl)])
  await untilLogged(traffic.answered)
  for (let i = 0; i < 50 && existsSync(path.join(spool, orphan)); i++) await wait(100)
  expect(existsSync(path.join(spool, orphan))).toBe(false)
  const rows = await logged()
  // A row may be there without its answer having arrived; it counts once all the same.
  expect(await rollupRows()).toBe(rows.size)
})
