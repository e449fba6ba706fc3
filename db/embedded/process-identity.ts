import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * A process by its number and by when it was born. A number alone is not enough: after a restart of a container the same
 * number belongs to somebody else, and a lock file would look held for ever.
 */
export type ProcessIdentity = { pid: number; born: string }

/** The identity of a living process, or null when there is none with this number. */
export function identify(pid: number): ProcessIdentity | null {
  if (!isAlive(pid)) return null
  return { pid, born: bornAt(pid) }
}

/** Whether the very process that wrote this identity still lives. */
export function isSameProcess(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid)
  return now !== null && now.born === identity.born
}

/** The name of the program behind a process number, '' when it is gone or cannot be seen. */
export function programName(pid: number): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
    } catch {
      return ''
    }
  }
  if (process.platform === 'win32') return ''
  return (
    spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' })
      .stdout?.trim()
      .split('/')
      .at(-1) ?? ''
  )
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, under another account.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function bornAt(pid: number): string {
  if (process.platform === 'linux') {
    try {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
      // Field 22 is the start time; field 2 (the name) may hold spaces and brackets, so count from behind its last bracket.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      // A zombie (state Z) holds nothing any more.
      if (fields[0] === 'Z') return 'zombie'
      return `${boot}:${fields[19]}`
    } catch {
      return ''
    }
  }
  if (process.platform === 'win32') return ''
  return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? ''
}
