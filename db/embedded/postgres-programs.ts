import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#core/errors/app-error'
import type { Account } from './account'
import { findBinaries } from './binaries'

/** The bundled programs, run under the right account. */
export type PostgresPrograms = {
  initialise(dataDir: string): string
  start(dataDir: string, port: number, settings: Record<string, string>): boolean
  stop(dataDir: string): boolean
  resetPassword(dataDir: string): string
}

/** Opens the programs; `logFile` gets what the server says. */
export async function openPostgresPrograms(account: Account | null, logFile: string): Promise<PostgresPrograms> {
  const native = await findBinaries(account)
  const run = (program: string, args: string[], { input, quiet = false }: { input?: string; quiet?: boolean } = {}) => {
    const result = spawnSync(path.join(native, 'bin', program), args, {
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
      ...(input === undefined ? {} : { input }),
      cwd: '/',
      // A server that inherited a pipe would hold it open for ever: whoever starts one gets no pipes.
      stdio: quiet ? 'ignore' : 'pipe',
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC', NODE_ENV: 'production' },
    })
    if (result.error) throw cannotRun(program, result.error)
    return result
  }

  return {
    initialise(dataDir) {
      const draft = `${dataDir}.${process.pid}`
      const password = newPassword()
      const passwordFile = `${draft}.password`
      writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
      if (account) chownSync(passwordFile, account.uid, account.gid)
      // The builtin locale is there on every machine; the operating system's may not be.
      const locale = ['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      const result = run('initdb', ['-D', draft, '-U', 'stageline', '-A', 'scram-sha-256', '--pwfile', passwordFile, ...locale, '-N'])
      rmSync(passwordFile, { force: true })
      if (result.status !== 0) {
        rmSync(draft, { recursive: true, force: true })
        throw failed('initdb', result.stderr, path.dirname(dataDir))
      }
      // Complete or not at all: a killed initdb leaves only a draft.
      renameSync(draft, dataDir)
      return password
    },
    start(dataDir, port, settings) {
      rotate(logFile)
      const all = { listen_addresses: '127.0.0.1', max_connections: '200', dynamic_shared_memory_type: 'mmap', ...settings }
      const flags = Object.entries(all).map(([name, value]) => `-c ${name}=${value}`)
      const socket = process.platform === 'win32' ? [] : ["-k ''"]
      const options = [`-p ${port}`, ...socket, ...flags].join(' ')
      return run('pg_ctl', ['-D', dataDir, '-w', '-t', '60', '-l', logFile, '-o', options, 'start'], { quiet: true }).status === 0
    },
    stop(dataDir) {
      return run('pg_ctl', ['-D', dataDir, '-m', 'fast', '-w', '-t', '30', 'stop'], { quiet: true }).status === 0
    },
    resetPassword(dataDir) {
      const password = newPassword()
      const result = run('postgres', ['--single', '-D', dataDir, 'postgres'], { input: `ALTER USER stageline PASSWORD '${password}';\n` })
      if (result.status !== 0) throw failed('postgres --single', result.stderr, dataDir)
      return password
    },
  }
}

/** The last lines of the server's log, for the sentence that says why it does not start. */
export function logTail(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-3).join(' | ')
  } catch {
    // No log means that the server never came as far as writing one.
    return 'no log was written'
  }
}

function newPassword(): string {
  return randomBytes(18).toString('base64url')
}

function rotate(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0
  if (size > 20 * 1024 * 1024) renameSync(logFile, `${logFile}.1`)
}

function cannotRun(program: string, cause: Error): AppError {
  const why = 'code' in cause && cause.code === 'ENOENT' ? 'this system cannot run it (it needs glibc)' : cause.message
  return new AppError('unavailable', {
    detail: `The bundled Postgres program ${program} does not run: ${why}. Set DATABASE_URL to a Postgres 15 or newer.`,
    cause,
  })
}

function failed(program: string, stderr: string, folder: string): AppError {
  if (stderr.includes('No space left')) {
    return new AppError('disk_full', {
      detail: `The disk of ${folder} is full. Free some space, or set STAGELINE_HOME to a folder on another disk.`,
    })
  }
  const line = stderr.split('\n').find((text) => /error|fatal|could not/i.test(text)) ?? stderr.trim()
  return new AppError('unavailable', { detail: `${program} failed in ${folder}: ${line}. Set DATABASE_URL to use another Postgres.` })
}
