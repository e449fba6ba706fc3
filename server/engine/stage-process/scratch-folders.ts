import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

/** Folders for work in progress, beside the artifact store so that a finished file is moved there and not copied. */
export type ScratchFolders = { make(): Promise<string>; removeAll(): Promise<void> }

/** Opens the scratch folders of this process, and removes those that killed processes of this machine left behind. */
export async function openScratchFolders(home: string): Promise<ScratchFolders> {
  const root = path.join(home, 'scratch')
  await mkdir(root, { recursive: true })
  const host = os.hostname().replaceAll(/[^A-Za-z0-9.-]/g, '')
  for (const name of await readdir(root)) {
    const pid = name.startsWith(`${host}_`) ? Number(name.slice(host.length + 1)) : Number.NaN
    if (Number.isInteger(pid) && !isAlive(pid)) await rm(path.join(root, name), { recursive: true, force: true })
  }
  const own = path.join(root, `${host}_${process.pid}`)
  await mkdir(own, { recursive: true })
  return {
    make: () => mkdtemp(path.join(own, 'stage-')),
    removeAll: () => rm(own, { recursive: true, force: true }),
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: alive, but somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
