import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#core/errors/app-error'

/** The unprivileged account that runs Postgres when we are root; Postgres itself refuses root. */
export type Account = { name: string; uid: number; gid: number }

/** null when this process is not root: then Postgres runs as whoever we are. */
export function postgresAccount(): Account | null {
  if (process.getuid?.() !== 0) return null
  const account = readAccount('postgres') ?? readAccount('nobody')
  if (!account) {
    throw new AppError('unavailable', {
      detail:
        'Postgres does not run as root, and this machine has neither a user `postgres` nor `nobody`. Start Stageline as a plain user, or set DATABASE_URL.',
    })
  }
  return account
}

/** Whether the account may walk down to `target`: every folder above it (and itself, if it is one) lets it through. */
export function canReach(target: string, account: Account): boolean {
  let folder = path.resolve(target)
  while (!existsSync(folder)) folder = path.dirname(folder)
  for (;;) {
    const { uid, gid, mode } = statSync(folder)
    const open = uid === account.uid ? mode & 0o100 : gid === account.gid ? mode & 0o010 : mode & 0o001
    if (!open) return false
    const parent = path.dirname(folder)
    if (parent === folder) return true
    folder = parent
  }
}

function readAccount(name: string): Account | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  if (!line) return null
  const [, , uid, gid] = line.split(':')
  return { name, uid: Number(uid), gid: Number(gid) }
}
