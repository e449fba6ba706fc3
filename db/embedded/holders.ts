import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { identify, isSameProcess } from './process-identity'

/**
 * Who uses the embedded Postgres of a home right now: the supervisor, a command line, a test run. The last one to leave
 * turns the lights off; a holder that was killed counts as gone.
 */
const folderOf = (home: string) => path.join(home, 'database.holders')

export function addHolder(home: string): void {
  mkdirSync(folderOf(home), { recursive: true, mode: 0o700 })
  writeFileSync(path.join(folderOf(home), String(process.pid)), JSON.stringify(identify(process.pid)), { mode: 0o600 })
}

export function removeHolder(home: string): void {
  rmSync(path.join(folderOf(home), String(process.pid)), { force: true })
}

/** Process numbers of the living holders; notes of dead ones are swept. */
export function livingHolders(home: string): number[] {
  let names: string[]
  try {
    names = readdirSync(folderOf(home))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  return names.map(Number).filter((pid) => {
    const file = path.join(folderOf(home), String(pid))
    if (isLiving(file)) return true
    rmSync(file, { force: true })
    return false
  })
}

function isLiving(file: string): boolean {
  try {
    const note: unknown = JSON.parse(readFileSync(file, 'utf8'))
    // Written by addHolder above; anything else is not a holder.
    return isSameProcess(note as ReturnType<typeof identify> & object)
  } catch {
    return false
  }
}
