import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { AppError } from '#core/errors/app-error'
import { postgresAccount } from './account'
import { type ConnectionFacts, connectionFacts, readConnection, writeConnection } from './connection-file'
import { checkFreeSpace, databaseFolder, makeDatabaseFolder, makeHome } from './data-folder'
import { waitForLock } from './file-lock'
import { addHolder, livingHolders, removeHolder } from './holders'
import { logTail, openPostgresPrograms, type PostgresPrograms } from './postgres-programs'
import { programName } from './process-identity'

/**
 * The embedded Postgres of one data folder. Every start goes through one lock, so that two cold starts cannot collide;
 * a server that already runs is adopted (also one whose starter was killed); the last holder to leave stops it.
 *
 *   down -> (stale pid file cleared, port free or changed) -> pg_ctl start -> ours
 *   ours -> adopted        starting -> waited for        somebody else's port -> another port
 */
export type EmbeddedPostgres = {
  url: string
  how: 'adopted' | 'started' | 'created'
  dataDir: string
  /** Stops the server unless another process still uses it. Safe to call twice. */
  release(): Promise<'stopped' | 'in use'>
}

type Options = { home: string; settings?: Record<string, string> }
type Probe = 'ours' | 'starting' | 'stranger' | 'down' | 'wrong password'

/** Starts or adopts the server of this home and registers this process as one of its holders. */
export async function launchPostgres({ home, settings = {} }: Options): Promise<EmbeddedPostgres> {
  makeHome(home)
  const lock = await lockDatabase(home)
  try {
    const account = postgresAccount()
    const folder = databaseFolder(home, account, readConnection(home))
    makeDatabaseFolder(folder, account)
    const logFile = path.join(folder, 'postgres.log')
    const programs = await openPostgresPrograms(account, logFile)
    const dataDir = path.join(folder, 'data')
    const created = await ensureData(home, dataDir, programs)
    const { facts, started } = await bringUp({ home, dataDir, programs, settings, logFile })
    await ensureDatabase(facts)
    addHolder(home)
    return {
      url: facts.url,
      how: created ? 'created' : started ? 'started' : 'adopted',
      dataDir,
      release: () => releasePostgres(home, dataDir, programs),
    }
  } finally {
    lock.release()
  }
}

/** The address of this home's server if it answers now; nothing is started. */
export async function findRunningPostgres(home: string): Promise<string | null> {
  const facts = readConnection(home)
  return facts && (await probe(facts)) === 'ours' ? facts.url : null
}

async function releasePostgres(home: string, dataDir: string, programs: PostgresPrograms): Promise<'stopped' | 'in use'> {
  const lock = await lockDatabase(home)
  try {
    removeHolder(home)
    if (livingHolders(home).length > 0) return 'in use'
    if (existsSync(path.join(dataDir, 'postmaster.pid'))) programs.stop(dataDir)
    return 'stopped'
  } finally {
    lock.release()
  }
}

function lockDatabase(home: string) {
  return waitForLock(
    path.join(home, 'database.lock'),
    90_000,
    ({ pid }) =>
      new AppError('unavailable', {
        detail: `Process ${pid} has been starting the database in ${home} for 90 seconds. End it and try again.`,
      }),
  )
}

async function ensureData(home: string, dataDir: string, programs: PostgresPrograms): Promise<boolean> {
  const facts = readConnection(home)
  const exists = existsSync(path.join(dataDir, 'PG_VERSION'))
  if (exists && facts) {
    if (facts.dataDir !== dataDir) writeConnection(home, connectionFacts(facts.port, facts.password, dataDir))
    return false
  }
  checkFreeSpace(path.dirname(dataDir))
  if (exists) {
    // The facts were lost but the data is there: never start over, set a new password instead.
    if (isOurPostmaster(dataDir)) programs.stop(dataDir)
    clearStalePid(dataDir)
    writeConnection(home, connectionFacts(await freePort(), programs.resetPassword(dataDir), dataDir))
    return false
  }
  const password = programs.initialise(dataDir)
  writeConnection(home, connectionFacts(await freePort(), password, dataDir))
  return true
}

type BringUp = { home: string; dataDir: string; programs: PostgresPrograms; settings: Record<string, string>; logFile: string }

async function bringUp({ home, dataDir, programs, settings, logFile }: BringUp): Promise<{ facts: ConnectionFacts; started: boolean }> {
  const until = Date.now() + 60_000
  let started = false
  for (;;) {
    let facts = readConnection(home)
    if (!facts) throw new AppError('unavailable', { detail: `The file database.json in ${home} disappeared while starting. Try again.` })
    const state = await probe(facts)
    if (state === 'ours') return { facts, started }
    if (Date.now() > until) {
      throw new AppError('unavailable', {
        detail: `The embedded Postgres does not start; its log ${logFile} ends with: ${logTail(logFile)}`,
      })
    }
    if (state === 'wrong password' && isOurPostmaster(dataDir)) {
      programs.stop(dataDir)
      clearStalePid(dataDir)
      writeConnection(home, connectionFacts(facts.port, programs.resetPassword(dataDir), dataDir))
      continue
    }
    if (state === 'starting' || isOurPostmaster(dataDir)) {
      await sleep(100)
      continue
    }
    clearStalePid(dataDir)
    if (state !== 'down') {
      facts = connectionFacts(await freePort(), facts.password, dataDir)
      writeConnection(home, facts)
    }
    started = programs.start(dataDir, facts.port, settings) || started
    if (!started) {
      checkFreeSpace(path.dirname(dataDir))
      await sleep(250)
    }
  }
}

/** Who answers at this port: our own server (same data folder), one that is just starting, somebody else, or nobody. */
async function probe({ url, port, dataDir }: ConnectionFacts): Promise<Probe> {
  const client = new pg.Client({ connectionString: adminUrl(url), connectionTimeoutMillis: 3_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    return rows[0] && path.resolve(rows[0].data_directory) === path.resolve(dataDir) ? 'ours' : 'stranger'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === '57P03') return 'starting'
    if (code === '28P01') return 'wrong password'
    return (await isPortTaken(port)) ? 'stranger' : 'down'
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function ensureDatabase({ url }: ConnectionFacts): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl(url) })
  await client.connect()
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'stageline'")
    if (rowCount === 0) await client.query('create database stageline')
  } finally {
    await client.end()
  }
}

function adminUrl(url: string): string {
  const admin = new URL(url)
  admin.pathname = '/postgres'
  return admin.href
}

const pidFile = (dataDir: string) => path.join(dataDir, 'postmaster.pid')

function postmasterPid(dataDir: string): number | null {
  try {
    return Number(readFileSync(pidFile(dataDir), 'utf8').split('\n')[0])
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Whether the process named in the pid file really is this folder's postmaster: after a restart the number may be anybody's. */
function isOurPostmaster(dataDir: string): boolean {
  const pid = postmasterPid(dataDir)
  if (pid === null || programName(pid) !== 'postgres') return false
  if (process.platform !== 'linux') return true
  try {
    // A postmaster's working directory is its data folder.
    return readlinkSync(`/proc/${pid}/cwd`) === dataDir
  } catch {
    // Not ours to look at, so not our process.
    return false
  }
}

function clearStalePid(dataDir: string): void {
  if (process.platform === 'win32') return
  if (postmasterPid(dataDir) !== null && !isOurPostmaster(dataDir)) rmSync(pidFile(dataDir), { force: true })
}

function isPortTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(true))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = address && typeof address === 'object' ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
