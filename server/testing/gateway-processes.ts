import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import path from 'node:path'
import type { House } from '#server/house'
import { secretKey } from '#server/secret-key'
import { internalKey } from '#server/serving/keys/key-ring'

/** Gateways in processes of their own, their callers, and what became of the answers: what tests of faults are made of. */

export type GatewayProcess = { url: string; child: ChildProcess }

type GatewayOptions = { databaseUrl?: string; env?: Record<string, string>; onLog?: (text: string) => void }

const started: ChildProcess[] = []

/** Starts a gateway and waits until it answers; `onLog` gets what it logs. It goes on until `killGateways`. */
export async function startGateway(
  house: House,
  { databaseUrl = house.databaseUrl, env = {}, onLog }: GatewayOptions = {},
): Promise<GatewayProcess> {
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
      ...env,
    },
    stdio: ['ignore', 'inherit', onLog ? 'pipe' : 'inherit'],
  })
  started.push(child)
  child.stderr?.on('data', (chunk) => onLog?.(String(chunk)))
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

/** Ends all gateways at once, as a crash would; those that have ended are left alone. */
export async function killGateways(): Promise<void> {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

const twoRecords = JSON.stringify([
  { body: 'spam', hour: 1 },
  { body: 'Lunch at noon?', hour: 2 },
])

/**
 * Valid requests in a closed loop of `callers` until told to stop; every answered id is kept. A caller that gets no answer,
 * or a 5xx, tries the next gateway once, as a load balancer would; what fails then as well is kept as a failure.
 */
export function load(house: House, deployment: string, { urls, callers }: { urls: readonly string[]; callers: number }) {
  const answered = new Set<string>()
  const failures: string[] = []
  let retried = 0
  let isOver = false
  const headers = { authorization: `Bearer ${internalKey(secretKey(house.env))}` }

  async function attempt(url: string): Promise<string | null> {
    try {
      const response = await fetch(`${url}/v1/${deployment}/predict`, { method: 'POST', headers, body: twoRecords })
      const json = await response.json()
      if (!response.ok) return `${response.status} ${json.error.message}`
      for (const { id } of json.predictions) answered.add(id)
      return null
    } catch {
      // The connection broke before the answer came: nobody was promised anything.
      return 'no answer'
    }
  }

  async function callInTurn(caller: number): Promise<void> {
    for (let at = caller; !isOver; at++) {
      const first = await attempt(urls[at % urls.length] ?? '')
      if (first === null) continue
      if (urls.length === 1) {
        failures.push(first)
        await wait(20)
        continue
      }
      retried += 1
      const second = await attempt(urls[(at + 1) % urls.length] ?? '')
      if (second !== null) failures.push(`${first}, then ${second}`)
    }
  }

  const done = Promise.all(Array.from({ length: callers }, (_, caller) => callInTurn(caller)))
  return {
    answered,
    failures,
    retried: () => retried,
    /** Until so many more records are answered; how long that takes is the machine's affair. */
    async untilAnswered(more: number): Promise<void> {
      const wanted = answered.size + more
      const end = Date.now() + 60_000
      while (answered.size < wanted) {
        if (Date.now() > end) throw new Error(`only ${answered.size} of ${wanted} records were answered`)
        await wait(50)
      }
    },
    async stop() {
      isOver = true
      await done
    },
  }
}

/** The ids that the prediction log holds, shadows' copies left out. */
export async function loggedIds(house: House): Promise<Set<string>> {
  const { rows } = await house.pool.query<{ id: string }>('select id from predictions where not shadow')
  return new Set(rows.map(({ id }) => id))
}

/** Rows that the roll-ups have counted. */
export async function countedRows(house: House): Promise<number> {
  const { rows } = await house.pool.query<{ n: number }>(
    "select coalesce(sum((figures->>'rows')::int), 0)::int as n from rollups where not shadow",
  )
  return rows[0]?.n ?? 0
}

/** Waits until all these ids are in the prediction log. */
export async function untilLogged(house: House, ids: ReadonlySet<string>, ms = 30_000): Promise<void> {
  const end = Date.now() + ms
  for (;;) {
    const there = await loggedIds(house)
    const missing = [...ids].filter((id) => !there.has(id)).length
    if (missing === 0) return
    if (Date.now() > end) throw new Error(`${missing} of ${ids.size} answered predictions are not in the database`)
    await wait(200)
  }
}

/** Waits until a gateway says that its database is gone. */
export async function untilDatabaseIsDown(url: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const { database } = await (await fetch(`${url}/health`)).json()
    if (database === 'down') return
    await wait(100)
  }
  throw new Error('the gateway did not see that its database is gone')
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
