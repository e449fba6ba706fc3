import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { isSameProcess, type ProcessIdentity } from '#db/embedded/process-identity'
import { ownerFile } from './line-files'

const orphanMs = 60_000

/** Folders of gateways that live no more: their process is gone, or, on another host of a shared disk, silent for a minute. */
export async function listOrphans(ownDir: string): Promise<string[]> {
  const root = path.dirname(ownDir)
  const found: string[] = []
  for (const name of await filesOf(root)) {
    const dir = path.join(root, name)
    if (dir !== ownDir && (await isOrphan(dir))) found.push(dir)
  }
  return found
}

async function isOrphan(dir: string): Promise<boolean> {
  const file = path.join(dir, ownerFile)
  const [text, about] = await Promise.all([readFile(file, 'utf8').catch(ignoreGone), stat(file).catch(ignoreGone)])
  // Without an owner file: being made right now, being removed by another gateway, or no gateway's folder.
  if (text === null || about === null) return false
  const isSilent = Date.now() - about.mtimeMs > orphanMs
  const owner = parseOwner(text)
  if (owner?.identity && owner.host === os.hostname()) return !isSameProcess(owner.identity)
  return isSilent
}

function parseOwner(text: string): { host: string; identity: ProcessIdentity | null } | null {
  try {
    // Written by openLineFiles; cut off only if its writer died in that moment.
    return JSON.parse(text) as { host: string; identity: ProcessIdentity | null }
  } catch {
    return null
  }
}

/** Removes the folder of a dead gateway when nothing but its owner is left in it. */
export async function removeEmpty(dir: string): Promise<void> {
  const left = await filesOf(dir)
  if (left.some((name) => name !== ownerFile)) return
  await rm(path.join(dir, ownerFile), { force: true })
  await rmdir(dir).catch(ignoreGone)
}

/** Names in a folder, in their order; none when it is gone. */
export async function filesOf(dir: string): Promise<string[]> {
  return ((await readdir(dir).catch(ignoreGone)) ?? []).sort()
}

/** Two gateways may clear up after the same dead one; what the other was faster with is no error. */
export function ignoreGone(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENOTEMPTY'))
    return null
  throw error
}
