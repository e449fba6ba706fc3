import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import autocannon, { type Result } from 'autocannon'
import type { ReleaseSettings } from '#core/releases/settings'
import { launchPostgres } from '#db/embedded/launch'
import { migrateDatabase } from '#db/migrate'
import { systemActor } from '#db/queries/audit'
import { makeTemporaryHome } from '#db/testing/temporary-home'
import { type Env, readEnv } from '#server/env'
import { type House, openHouse } from '#server/house'
import { deployVersion } from '#server/releases/change-release'
import { secretKey } from '#server/secret-key'
import { internalKey } from '#server/serving/keys/key-ring'
import { typescriptArgs } from '#server/supervisor/child'
import { processArgs } from '#server/supervisor/child-commands'
import { packServers } from '#server/supervisor/pack-servers'
import { registerTiny } from '#server/testing/tiny-registry'
import { sourcesHash } from '../server/supervisor/sources.mjs'

/** What benchmarks of serving share: a house of their own, gateways as the product starts them, and callers. */

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const firstPort = 4568

export type Serving = {
  house: House
  env: Env
  headers: Record<string, string>
  deploy(deployment: string, versionId: string, settings?: Partial<ReleaseSettings>): Promise<void>
  /** Starts one more gateway, as `npm start` does it; resolves when it answers. */
  startGateway(): Promise<RunningServer>
  /** Starts the peer: a bare Fastify route that answers every request with `answer`. */
  startBareRoute(answer: unknown): Promise<RunningServer>
  /**
   * Keeps this process, the caller, on one processor until the end, and the thread of each server that answers on the
   * others. Callers are elsewhere in earnest: left to itself the system now and then keeps both on one processor for seconds.
   */
  callFromOneProcessor(): void
  close(): Promise<void>
}

export type RunningServer = { url: string; pid: number; child: ChildProcess }

/** Opens an empty house with a database. Close it: it stops all that was started. */
export async function openServing(): Promise<Serving> {
  const home = makeTemporaryHome('stageline-bench-')
  const postgres = await launchPostgres({ home })
  await migrateDatabase(postgres.url)
  const env = readEnv({ STAGELINE_HOME: home, STAGELINE_LOG_LEVEL: 'error' })
  const house = openHouse('cli', postgres.url, env)
  const packed = await packServers(root, sourcesHash(root))
  const children: ChildProcess[] = []
  let port = firstPort

  async function start(args: readonly string[], url: string, more: Record<string, string>): Promise<RunningServer> {
    const child = spawn(process.execPath, args, { env: { ...process.env, ...more }, stdio: ['ignore', 'ignore', 'inherit'] })
    children.push(child)
    await untilAnswers(url)
    return { url, pid: child.pid ?? 0, child }
  }

  return {
    house,
    env,
    headers: { authorization: `Bearer ${internalKey(secretKey(env))}`, 'content-type': 'application/json' },
    deploy: async (deployment, versionId, settings) =>
      void (await deployVersion(house.db, { actor: systemActor, deployment, versionId, share: 100, reason: '', settings })),
    startGateway() {
      const url = `http://127.0.0.1:${port}`
      const more = {
        DATABASE_URL: postgres.url,
        STAGELINE_HOME: home,
        STAGELINE_LOG_LEVEL: 'error',
        STAGELINE_GATEWAY_PORT: String(port++),
      }
      return start(processArgs('gateway', env, { packed }), url, more)
    },
    startBareRoute(answer) {
      const url = `http://127.0.0.1:${port}`
      return start([...typescriptArgs('bench/parts-bare-route.ts'), String(port++), JSON.stringify(answer)], url, {})
    },
    callFromOneProcessor() {
      const last = os.cpus().length - 1
      if (last === 0) return
      taskset('-acp', '0', process.pid)
      for (const { pid = 0 } of children) taskset('-cp', `1-${last}`, pid)
    },
    async close() {
      taskset('-acp', `0-${os.cpus().length - 1}`, process.pid)
      for (const child of children) await stop(child)
      await house.close()
      await postgres.release()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** Registers a version of this file, which reads what the tiny model reads; returns its id. */
export async function registerFile(house: House, name: string, bytes: Uint8Array): Promise<string> {
  const [version] = await registerTiny(house, { name, count: 1, file: bytes })
  return version?.id ?? ''
}

export type Load = {
  url: string
  deployment: string
  headers: Record<string, string>
  records: readonly object[]
  connections: number
  seconds: number
}

/** Callers in a closed loop; every answer must be one. */
export async function fullLoad({ url, deployment, headers, records, connections, seconds }: Load): Promise<Result> {
  const result = await autocannon({
    url: `${url}/v1/${deployment}/predict`,
    method: 'POST',
    headers,
    connections,
    duration: seconds,
    requests: records.map((record) => ({ body: JSON.stringify(record) })),
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were no answers, ${result.errors} connections broke`)
  return result
}

/** The first good answer: a release takes a moment to come into force. */
export async function firstAnswer(
  server: RunningServer,
  deployment: string,
  headers: Record<string, string>,
  record: object,
): Promise<unknown> {
  for (let i = 0; i < 300; i++) {
    const response = await fetch(`${server.url}/v1/${deployment}/predict`, { method: 'POST', headers, body: JSON.stringify(record) })
    if (response.ok) return response.json()
    await wait(100)
  }
  throw new Error(`${deployment} does not answer`)
}

/** What full load has piled up is in the database: what is measured next has no such work to do at the same time. */
export async function untilShipped({ spoolDir }: Env): Promise<void> {
  const files = () => readdirSync(spoolDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
  // The owner's file stays, and one may be open.
  for (let i = 0; i < 600 && files() > 2; i++) await wait(100)
}

/** Processor time of a process since its start, in microseconds; of its first thread alone, too. Null where the system does not say. */
export function processorTime(pid: number): { all: number; main: number } | null {
  try {
    return { all: microsecondsOf(`/proc/${pid}/stat`), main: microsecondsOf(`/proc/${pid}/task/${pid}/stat`) }
  } catch {
    // Only Linux has it.
    return null
  }
}

/** Memory of a process in megabytes; null where the system does not say. */
export function residentMb(pid: number): number | null {
  try {
    return Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    // Only Linux has it.
    return null
  }
}

function microsecondsOf(file: string): number {
  const text = readFileSync(file, 'utf8')
  // After the name in brackets: utime and stime are the 12th and 13th field, in ticks of 10 ms.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function taskset(how: '-acp' | '-cp', processors: string, pid: number): void {
  // Where there is no taskset, the figures are a little worse.
  spawnSync('taskset', [how, processors, String(pid)], { stdio: 'ignore' })
}

async function untilAnswers(url: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    // Whatever it says: it listens.
    if (await fetch(`${url}/health`).catch(() => null)) return
    await wait(100)
  }
  throw new Error(`${url} does not answer`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
