import type { Command } from 'commander'
import { AppError } from '#core/errors/app-error'
import type { Role } from '#core/people/roles'
import { hasRole } from '#core/people/roles'
import { findUserByEmail, getOwner } from '#db/queries/users'
import type { Actor } from '#server/api/trpc'
import { connectDatabase } from '#server/connect-database'
import { closeChanges } from '#server/engine/changes'
import { type Env, readEnv } from '#server/env'
import { explainFailure } from '#server/explain-failure'
import { type House, openHouse } from '#server/house'
import { UsageError } from './usage-error'

/** What a command gets. Results go to stdout, everything else to stderr, so that `--json` can be piped. */
export type CliSession = {
  house: House
  /** Whom the command acts for; roles hold as in the API. */
  actor: Actor
  json: boolean
  /** Aborted at Ctrl-C; a second one ends the process at once. */
  signal: AbortSignal
  /** Throws `forbidden` unless the actor's role is `needed` or above. */
  requireRole(needed: Role): void
  /** The result of the command: the value with --json, else the text. */
  result(value: unknown, text: string): void
  /** A line for people about what is going on. */
  note(line: string): void
  /** The command did what it could and the answer is no: exit code 1 without an error sentence. */
  fail(): void
}

export type GlobalOptions = { json?: boolean; as?: string }

/** Wraps the action of a command: opens the house, finds the actor, runs, closes, and turns errors into sentences and exit codes. */
export function withSession<A extends unknown[]>(
  program: Command,
  action: (session: CliSession, ...args: A) => Promise<void>,
): (...args: A) => Promise<void> {
  return (...args) =>
    atEdge(program, async (out, signal) => {
      const env = cliEnv()
      const connected = await connectDatabase(env)
      const house = openHouse('cli', connected.url, env)
      try {
        signal.throwIfAborted()
        const actor = await findActor(house, program.opts<GlobalOptions>().as ?? process.env.STAGELINE_USER)
        await action({ house, actor, signal, ...out, requireRole: (needed) => requireRole(actor, needed) }, ...args)
      } finally {
        await closeChanges(house)
        await house.close()
        await connected.release()
      }
    })
}

export type Output = Pick<CliSession, 'json' | 'result' | 'note' | 'fail'>

/** The edge of every command: exit code 0 done, 1 failed, 2 wrong usage; with --json a failure is JSON too. */
export async function atEdge(program: Command, body: (out: Output, signal: AbortSignal) => Promise<void>): Promise<void> {
  const json = program.opts<GlobalOptions>().json === true
  const out: Output = {
    json,
    result: (value, text) => {
      process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : text && `${text}\n`)
    },
    note: (line) => {
      process.stderr.write(`${line}\n`)
    },
    fail: () => {
      process.exitCode = 1
    },
  }
  const abort = new AbortController()
  const onSignal = () => (abort.signal.aborted ? process.exit(130) : abort.abort())
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal)
  try {
    await body(out, abort.signal)
  } catch (thrown) {
    const error = abort.signal.aborted && !(thrown instanceof AppError) ? new AppError('cancelled', { cause: thrown }) : thrown
    process.exitCode = error instanceof UsageError ? 2 : 1
    if (json) out.result({ error: { code: codeOf(error), message: explainFailure(error) } }, '')
    out.note(explainFailure(error))
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal)
  }
}

function codeOf(error: unknown): string {
  if (error instanceof UsageError) return 'usage'
  return error instanceof AppError ? error.code : 'bug'
}

/** The environment of a command line: only warnings reach the terminal unless asked for more. */
export function cliEnv(): Env {
  return readEnv({ STAGELINE_LOG_LEVEL: 'warn', ...process.env })
}

async function findActor(house: House, email: string | undefined): Promise<Actor> {
  const user = email ? await findUserByEmail(house.db, email) : await getOwner(house.db)
  if (!user || (email && user.disabledAt)) {
    throw new AppError('forbidden', {
      detail: `There is no active user with the e-mail ${email}. See Settings, Users, or leave out --as and STAGELINE_USER to act as the owner.`,
    })
  }
  return { id: user.id, name: user.name, email: user.email, role: user.role }
}

function requireRole({ name, role }: Actor, needed: Role): void {
  if (hasRole(role, needed)) return
  throw new AppError('forbidden', {
    detail: `${name} has the role ${role}; this needs ${needed} or above. An admin can change it under Settings, Users, or act with --as <email>.`,
  })
}
