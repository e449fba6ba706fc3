import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** Megabytes of real memory that a process of this machine holds; null when it is gone or nobody can tell. */
export async function residentMb(pid: number): Promise<number | null> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => null)
    const pages = Number(text?.split(' ')[1])
    // Linux pages are 4 KiB on all machines that Node's binaries are made for.
    return Number.isFinite(pages) ? (pages * 4096) / 2 ** 20 : null
  }
  if (process.platform === 'win32') return null
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  const kib = Number(stdout.trim())
  return kib > 0 ? kib / 1024 : null
}
