import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '#core/errors/app-error'
import { type Database, openDatabase } from '#db/client'
import { makeHome } from '#db/embedded/data-folder'
import { tryLock } from '#db/embedded/file-lock'
import { launchPostgres } from '#db/embedded/launch'
import { listAlive } from '#db/queries/processes'
import { type ConnectedDatabase, connectDatabase } from '#server/connect-database'
import type { Env } from '#server/env'
import { secretKey } from '#server/secret-key'
import { type Child, startChild } from './child'
import { type ProcessName, processArgs, processEnv } from './child-commands'
import { packEdgeFiles } from './edge-files'
import { copyOrtFiles } from './ort-files'
import { packServers } from './pack-servers'
import { checkPort } from './ports'
import { ensureBundle } from './web-bundle'

/**
 * Keeps one Stageline of one data folder running:
 *
 *   lock the folder -> ports free? -> database up and migrated -> worker and gateway -> web bundle fresh or built -> web
 *     -> all three answer -> ready
 *   stop: web, worker and gateway together -> the database -> the lock
 */
export type Supervised = { url: string; stop(): Promise<void>; kill(): void }

type Options = {
  env: Env
  root: string
  sources: string
  dev: boolean
  signal: AbortSignal
  say: (line: string) => void
  progress: (line: string) => void
}

const givesUpAfter = 4
const readyTimeoutMs = 180_000

export async function supervise(options: Options): Promise<Supervised> {
  const { env } = options
  // A start that fails half-way must not leave a build running behind it.
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  makeHome(env.home)
  const lock = lockHome(env)
  const children: Child[] = []
  let connected: ConnectedDatabase | undefined
  let database: Database | undefined
  let watch: NodeJS.Timeout | undefined

  const stop = async () => {
    clearInterval(watch)
    await Promise.all(children.map((child) => child.stop()))
    await database?.close()
    await connected?.release()
    lock.release()
  }

  try {
    await checkPort(env.STAGELINE_HOST, env.STAGELINE_PORT, 'STAGELINE_PORT')
    await checkPort(env.STAGELINE_HOST, env.STAGELINE_GATEWAY_PORT, 'STAGELINE_GATEWAY_PORT')
    secretKey(env)
    copyOrtFiles(options.root)
    await packEdgeFiles(options.root, options.sources)
    connected = await connectDatabase(env)
    signal.throwIfAborted()
    const url = connected.url
    database = openDatabase(url, { max: 2 })
    if (connected.how !== 'external') watch = keepDatabaseUp(env, database, options.say)
    const packed = options.dev ? null : await packServers(options.root, options.sources)
    const start = (name: ProcessName) => {
      const args = processArgs(name, env, { dev: options.dev, packed })
      children.push(
        startChild({ name, root: options.root, args, env: processEnv(env, url), logsDir: path.join(env.home, 'logs'), say: options.say }),
      )
    }
    start('worker')
    start('gateway')
    if (!options.dev) await prepareBundle({ ...options, signal })
    signal.throwIfAborted()
    start('web')
    await waitUntilReady(env, database, children, signal)
    return {
      url: env.webUrl,
      stop,
      kill() {
        for (const child of children) child.kill()
      },
    }
  } catch (error) {
    failed.abort()
    await stop()
    throw error
  }
}

function lockHome(env: Env) {
  const lock = tryLock(path.join(env.home, 'supervisor.lock'))
  if ('release' in lock) return lock
  throw new AppError('unavailable', {
    detail: `Stageline already runs on ${env.home} (process ${lock.heldBy.pid}); it should answer at ${env.webUrl}. Open that, or set STAGELINE_HOME and STAGELINE_PORT to run a second one.`,
  })
}

async function prepareBundle({ env, root, sources, signal, say, progress }: Options): Promise<void> {
  const startedAt = Date.now()
  const logFile = path.join(env.home, 'logs', 'build.log')
  const result = await ensureBundle({
    root,
    sources,
    logFile,
    signal,
    onProgress: (seconds) => progress(`Building the web bundle … ${seconds} s`),
  })
  if (result === 'built') say(`Built the web bundle in ${((Date.now() - startedAt) / 1000).toFixed(0)} s.`)
}

/** A Postgres that was killed from outside is started again; the other processes reconnect by themselves. */
function keepDatabaseUp(env: Env, database: Database, say: (line: string) => void): NodeJS.Timeout {
  let busy = false
  const timer = setInterval(async () => {
    if (busy) return
    busy = true
    try {
      await database.pool.query('select 1')
    } catch {
      // Whatever the reason, the launcher knows how to tell a slow server from a dead one.
      try {
        const { how } = await launchPostgres({ home: env.home })
        if (how === 'started') say('The database had ended; it runs again.')
      } catch (error) {
        say(`The database does not answer: ${error instanceof Error ? error.message : String(error)}`)
      }
    } finally {
      busy = false
    }
  }, 2_000)
  timer.unref()
  return timer
}

async function waitUntilReady(env: Env, database: Database, children: Child[], signal: AbortSignal): Promise<void> {
  const until = Date.now() + readyTimeoutMs
  const waiting = new Set(children)
  while (waiting.size > 0) {
    for (const child of waiting) {
      if (await isReady(child, env, database)) waiting.delete(child)
      else if (child.failures() >= givesUpAfter || Date.now() > until) throw doesNotStart(child, env)
    }
    if (waiting.size > 0) await sleep(50, undefined, { signal })
  }
}

async function isReady(child: Child, env: Env, database: Database): Promise<boolean> {
  if (child.name === 'web') return answers(`http://${localHost(env)}:${env.STAGELINE_PORT}/api/health`)
  if (child.name === 'gateway') return answers(`http://${localHost(env)}:${env.STAGELINE_GATEWAY_PORT}/health`)
  const workers = await listAlive(database.db, { kind: 'worker', aliveMs: 10_000 })
  return workers.some(({ pid, host }) => pid === child.pid() && host === hostname())
}

function localHost({ STAGELINE_HOST: host }: Env): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    return response.ok
  } catch {
    // Not listening yet.
    return false
  }
}

function doesNotStart(child: Child, env: Env): AppError {
  const lines = child.lastLines().slice(-12).join('\n')
  return new AppError('unavailable', {
    detail: `The ${child.name} process does not start. Its log is ${path.join(env.home, 'logs', `${child.name}.log`)}; it ends with:\n${lines || '(nothing was written)'}`,
  })
}
