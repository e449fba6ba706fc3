import { createHash } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#core/errors/app-error'
import { type Account, canReach } from './account'
import type { ConnectionFacts } from './connection-file'

/** Below this nothing good happens: initdb alone writes 40 MB, and a full disk in mid-write is worse than a refusal. */
const leastFreeBytes = 300 * 1024 * 1024

/** Makes the data folder of this machine, or says in a sentence why it cannot be made. */
export function makeHome(home: string): void {
  try {
    // As root the unprivileged Postgres account must be able to walk through, though not to list.
    mkdirSync(home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  } catch (cause) {
    throw new AppError('unavailable', {
      detail: `The data folder ${home} cannot be made (${reasonOf(cause)}). Set STAGELINE_HOME to a folder that you may write to.`,
      cause,
    })
  }
}

/** Where the database's files lie: inside the home, or under /var/lib when the Postgres account cannot reach the home. */
export function databaseFolder(home: string, account: Account | null, facts: ConnectionFacts | null): string {
  const inside = path.join(home, 'postgres')
  if (account === null || canReach(home, account)) {
    const elsewhere = facts !== null && path.dirname(facts.dataDir) !== inside && existsSync(facts.dataDir)
    return elsewhere && !existsSync(inside) ? path.dirname(facts.dataDir) : inside
  }
  if (facts && existsSync(facts.dataDir) && canReach(facts.dataDir, account)) return path.dirname(facts.dataDir)
  return `/var/lib/stageline-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`
}

/** Makes the database's folder, owned by the account that runs Postgres. */
export function makeDatabaseFolder(folder: string, account: Account | null): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (account) chownSync(folder, account.uid, account.gid)
}

/** Refuses to begin on a disk that is as good as full. */
export function checkFreeSpace(folder: string, neededBytes = leastFreeBytes): void {
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize >= neededBytes) return
  throw new AppError('disk_full', {
    detail: `The disk of ${folder} is full (${Math.floor((bavail * bsize) / 1048576)} MB free, ${Math.ceil(neededBytes / 1048576)} MB needed). Free some space, or set STAGELINE_HOME to a folder on another disk.`,
  })
}

/** The operating system's word for why a file operation failed, in English. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EACCES' || code === 'EPERM') return 'no permission'
  if (code === 'EROFS') return 'the file system is read-only'
  if (code === 'ENOSPC') return 'the disk is full'
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a file is in the way'
  if (code === 'ENOENT') return 'it is not there'
  if (code === 'EISDIR') return 'it is a folder'
  return error instanceof Error ? error.message : String(error)
}
