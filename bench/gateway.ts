import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import autocannon from 'autocannon'
import { launchPostgres } from '#db/embedded/launch'
import { migrateDatabase } from '#db/migrate'
import { makeTemporaryHome } from '#db/testing/temporary-home'
import { readEnv } from '#server/env'
import { openHouse } from '#server/house'
import { secretKey } from '#server/secret-key'
import { internalKey } from '#server/serving/keys/key-ring'
import { typescriptArgs } from '#server/supervisor/child'
import { gatewayFlags } from '#server/supervisor/child-commands'
import type { BenchResult } from './bench'
import { deployBenchModel } from './parts-bench-model'
import { pacedLoad, quantile } from './parts-paced-load'

const gatewayPort = 4568
const barePort = 4569
const rounds = 3
const seconds = 5
const connections = 64
const bar = { ratio: 0.4, goal: 0.5, p99Ms: 10 }

/**
 * Requests a second of the gateway (key, checks, model, prediction log and its shipping to Postgres) against a bare
 * Fastify route that reads and answers the same JSON; rounds take turns, so that both see the same machine.
 */
export async function run(): Promise<BenchResult> {
  const home = makeTemporaryHome('stageline-bench-')
  const postgres = await launchPostgres({ home })
  const children: ChildProcess[] = []
  try {
    await migrateDatabase(postgres.url)
    const env = readEnv({ STAGELINE_HOME: home, STAGELINE_LOG_LEVEL: 'error', STAGELINE_GATEWAY_PORT: String(gatewayPort) })
    const house = openHouse('cli', postgres.url, env)
    const key = internalKey(secretKey(env))
    const { records, terms } = await deployBenchModel(house)
    children.push(
      start(['server/gateway.ts'], gatewayFlags, {
        DATABASE_URL: postgres.url,
        STAGELINE_HOME: home,
        STAGELINE_LOG_LEVEL: 'error',
        STAGELINE_GATEWAY_PORT: String(gatewayPort),
      }),
    )
    await house.close()
    const answer = await firstAnswer(key, records[0] ?? { text: '' })
    children.push(start(['bench/parts-bare-route.ts', String(barePort), JSON.stringify(answer)], [], {}))
    await answers(`http://127.0.0.1:${barePort}/v1/bench/predict`, {}, records[0] ?? { text: '' })

    const shoot = (port: number) => load({ port, key, records })
    const bare: number[] = []
    const gateway: number[] = []
    await shoot(gatewayPort)
    await shoot(barePort)
    for (let round = 0; round < rounds; round++) {
      bare.push((await shoot(barePort)).requests.average)
      gateway.push((await shoot(gatewayPort)).requests.average)
    }
    const full = median(gateway)
    await untilShipped(env.spoolDir)
    const paced = (port: number) =>
      pacedLoad({
        url: `http://127.0.0.1:${port}/v1/bench/predict`,
        headers: { authorization: `Bearer ${key}` },
        bodies: records.map((record) => JSON.stringify(record)),
        perSecond: full / 2,
        seconds,
      })
    const [halfBare, half] = [await paced(barePort), await paced(gatewayPort)]
    const [bareP99, p50, p99] = [quantile(halfBare, 0.99), quantile(half, 0.5), quantile(half, 0.99)].map(
      (ms) => Math.round(ms * 100) / 100,
    )
    const ratio = full / median(bare)
    return {
      what: `One-record text predictions over HTTP (${terms} terms, ${connections} connections, ${rounds} x ${seconds} s each, in turns) with key, checks and prediction log, against a bare Fastify route with the same JSON.`,
      figures: [
        { name: 'bare Fastify route', value: Math.round(median(bare)), unit: 'requests/s' },
        { name: 'gateway', value: Math.round(full), unit: 'requests/s' },
        { name: 'gateway / bare', value: Math.round(ratio * 1000) / 1000, unit: 'x', bar: `>= ${bar.ratio}, goal ${bar.goal}` },
        { name: 'gateway p99 at half load', value: p99 ?? 0, unit: 'ms', bar: `<= ${bar.p99Ms}` },
        { name: 'gateway p50 at half load', value: p50 ?? 0, unit: 'ms' },
        { name: 'bare route p99 at the same rate', value: bareP99 ?? 0, unit: 'ms' },
      ],
      missed: [
        ...(ratio < bar.ratio ? [`gateway / bare is ${ratio.toFixed(2)}, below ${bar.ratio}`] : []),
        ...((p99 ?? 0) > bar.p99Ms ? [`p99 at half load is ${p99} ms, above ${bar.p99Ms}`] : []),
      ],
    }
  } finally {
    for (const child of children) await stop(child)
    await postgres.release()
    rmSync(home, { recursive: true, force: true })
  }
}

async function load({ port, key, records }: { port: number; key: string; records: readonly object[] }) {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/v1/bench/predict`,
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    connections,
    duration: seconds,
    requests: records.map((record) => ({ body: JSON.stringify(record) })),
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were no answers, ${result.errors} connections broke`)
  return result
}

async function firstAnswer(key: string, record: object): Promise<unknown> {
  return answers(`http://127.0.0.1:${gatewayPort}/v1/bench/predict`, { authorization: `Bearer ${key}` }, record)
}

/** The first good answer of a process that is still starting. */
async function answers(url: string, headers: Record<string, string>, record: object): Promise<unknown> {
  for (let i = 0; i < 300; i++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(record),
    }).catch(() => null)
    if (response?.ok) return response.json()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} does not answer`)
}

/** What full load has piled up is in the database: half load has no such work to do at the same time. */
async function untilShipped(spoolDir: string): Promise<void> {
  const files = () => readdirSync(spoolDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
  // One file is always open.
  for (let i = 0; i < 600 && files() > 1; i++) await new Promise((resolve) => setTimeout(resolve, 100))
}

function start([file = '', ...args]: string[], flags: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [...flags, ...typescriptArgs(file), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
