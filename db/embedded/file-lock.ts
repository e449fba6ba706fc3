import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, isSameProcess, type ProcessIdentity } from './process-identity'

/**
 * A lock between processes of one machine: a file that names its holder. A holder that died holds nothing; taking over
 * its file is itself guarded by a second file, so that two heirs cannot both win.
 */
export type FileLock = { release(): void }

/** Takes the lock or says who holds it. */
export function tryLock(file: string): FileLock | { heldBy: ProcessIdentity } {
  for (;;) {
    if (create(file)) return { release: () => rmSync(file, { force: true }) }
    const holder = readHolder(file)
    if (holder === 'gone') continue
    if (holder !== 'unreadable' && isSameProcess(holder)) return { heldBy: holder }
    if (holder === 'unreadable' && ageMs(file) < 5_000) return { heldBy: { pid: 0, born: '' } }
    removeStale(file)
  }
}

/** Waits for the lock. `onTimeout` makes the error, so that the sentence fits what was being waited for. */
export async function waitForLock(file: string, timeoutMs: number, onTimeout: (holder: ProcessIdentity) => Error): Promise<FileLock> {
  const until = Date.now() + timeoutMs
  for (;;) {
    const result = tryLock(file)
    if ('release' in result) return result
    if (Date.now() > until) throw onTimeout(result.heldBy)
    await sleep(50)
  }
}

function create(file: string): boolean {
  let handle: number
  try {
    handle = openSync(file, 'wx', 0o600)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
  writeSync(handle, JSON.stringify(identify(process.pid)))
  closeSync(handle)
  return true
}

function readHolder(file: string): ProcessIdentity | 'gone' | 'unreadable' {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'gone'
    throw error
  }
  try {
    const { pid, born } = JSON.parse(text)
    return typeof pid === 'number' && typeof born === 'string' ? { pid, born } : 'unreadable'
  } catch {
    // Between its creation and its first bytes the file is empty; the caller decides by its age.
    return 'unreadable'
  }
}

function removeStale(file: string): void {
  const guard = `${file}.heir`
  try {
    closeSync(openSync(guard, 'wx', 0o600))
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    if (ageMs(guard) > 5_000) rmSync(guard, { force: true })
    return
  }
  const holder = readHolder(file)
  if (holder !== 'gone' && (holder === 'unreadable' || !isSameProcess(holder))) rmSync(file, { force: true })
  rmSync(guard, { force: true })
}

function ageMs(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
