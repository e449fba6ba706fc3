import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '#core/errors/app-error'
import { makeHome } from '#db/embedded/data-folder'
import { findRunningPostgres } from '#db/embedded/launch'
import { migrateDatabase } from '#db/migrate'
import { checkExternal } from '#server/connect-database'
import { type Env, readEnv } from '#server/env'
import { explainFailure } from '#server/explain-failure'
import { type ProcessName, processArgs, processEnv, processNames } from '#server/supervisor/child-commands'
import { packEdgeFiles } from '#server/supervisor/edge-files'
import { copyOrtFiles } from '#server/supervisor/ort-files'
import { packServers } from '#server/supervisor/pack-servers'
import { watchParent } from '#server/supervisor/parent-watch'
import { supervise } from '#server/supervisor/supervise'
import { ensureBundle } from '#server/supervisor/web-bundle'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const isNpmScript = process.env.npm_lifecycle_event !== undefined

/** `npm start` (no argument or --dev), `npm run build`, `npm run web|worker|gateway`. Called by start.mjs, which knows the hash of the sources. */
export async function main(args: string[], sources: string): Promise<void> {
  try {
    const env = readEnv(process.env)
    const [command] = args
    const single = processNames.find((name) => name === command)
    if (command === undefined || command === '--dev') await runAll(env, sources, command === '--dev')
    else if (command === 'build') await build(env, sources)
    else if (single) await runSingle(env, sources, single)
    else
      throw new AppError('bad_request', { detail: `There is no process ${command}. Use none, --dev, build, ${processNames.join(', ')}.` })
  } catch (error) {
    clearProgress()
    console.error(explainFailure(error))
    process.exitCode = 1
  }
}

async function runAll(env: Env, sources: string, dev: boolean): Promise<void> {
  const startedAt = performance.now()
  const abort = new AbortController()
  const starting = supervise({ env, root, sources, dev, signal: abort.signal, say, progress })
  // From here on signals are ours: also one that arrives while starting must leave nothing running.
  onStopSignal(async (hurry) => {
    abort.abort()
    const supervised = await starting.catch(() => null)
    if (hurry) supervised?.kill()
    await supervised?.stop()
  })
  const supervised = await starting.catch((error: unknown) => {
    if (abort.signal.aborted) return null
    throw error
  })
  if (!supervised || abort.signal.aborted) return
  say(`Ready in ${((performance.now() - startedAt) / 1000).toFixed(1)} s. Ctrl-C stops it.`)
  console.log(`\n  Stageline  ${supervised.url}\n`)
}

/** Calls `stop` at the first signal, and again with `hurry` at a later one; then the process ends. */
function onStopSignal(stop: (hurry: boolean) => Promise<void>): void {
  let firstAt = 0
  const onSignal = () => {
    const now = Date.now()
    if (firstAt === 0) {
      firstAt = now
      say('Stopping …')
      void stop(false).then(() => process.exit(0))
      // npm passes a Ctrl-C on that the terminal has sent already: an echo within a second is not impatience.
    } else if (now - firstAt > 1_000) void stop(true).then(() => process.exit(1))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  if (isNpmScript) watchParent(onSignal)
  // The terminal is closed, or the program that read the output: nobody is left who could press Ctrl-C.
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', ({ code }: NodeJS.ErrnoException) => firstAt === 0 && (code === 'EPIPE' || code === 'EIO') && onSignal())
  }
}

async function build(env: Env, sources: string): Promise<void> {
  makeHome(env.home)
  copyOrtFiles(root)
  await packEdgeFiles(root, sources)
  await packServers(root, sources)
  const result = await ensureBundle({
    root,
    sources,
    logFile: path.join(env.home, 'logs', 'build.log'),
    onProgress: (seconds) => progress(`Building … ${seconds} s`),
  })
  say(result === 'built' ? 'The web bundle is built.' : 'The web bundle is up to date.')
}

/** One process alone, as on several machines: same database, same artifact store, nothing else shared. */
async function runSingle(env: Env, sources: string, name: ProcessName): Promise<void> {
  const url = env.DATABASE_URL ?? (await findRunningPostgres(env.home))
  if (!url) {
    throw new AppError('unavailable', {
      detail: `\`npm run ${name}\` needs DATABASE_URL: the Postgres that all processes share. To run all on this machine use \`npm start\`.`,
    })
  }
  makeHome(env.home)
  await checkExternal(url)
  await migrateDatabase(url)
  if (name === 'web') await build(env, sources)
  const packed = name === 'web' ? null : await packServers(root, sources)
  const watch = path.join(root, 'server/supervisor/child-watch.mjs')
  const child = spawn(process.execPath, ['--import', watch, ...processArgs(name, env, { packed })], {
    cwd: root,
    env: processEnv(env, url),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const end = () => child.kill('SIGTERM')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  if (isNpmScript) watchParent(end)
  child.once('close', (code) => process.exit(code ?? 1))
}

function say(line: string): void {
  clearProgress()
  console.log(line)
}

let progressShown = false

/** A line that is overwritten on a terminal; elsewhere only every tenth second is printed. */
function progress(line: string): void {
  if (process.stdout.isTTY) {
    process.stdout.write(`\r\x1b[K${line}`)
    progressShown = true
  } else if (/\b\d*0 s$/.test(line)) console.log(line)
}

function clearProgress(): void {
  if (progressShown) process.stdout.write('\r\x1b[K')
  progressShown = false
}
