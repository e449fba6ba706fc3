import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '#core/errors/app-error'

/**
 * Immutable files by the sha256 of their bytes, in one folder that every process sees: `ab/cdef…`. A file appears
 * complete or not at all: it is written beside its place, synced, and renamed. Writing the same bytes twice is one file.
 */
export type ArtifactStore = {
  dir: string
  path(hash: string): Promise<string>
  has(hash: string): Promise<boolean>
  read(hash: string): Promise<Uint8Array>
  write(bytes: Uint8Array | string): Promise<string>
  adopt(file: string): Promise<string>
  size(hash: string): Promise<number>
}

export function openArtifactStore(dir: string): ArtifactStore {
  const place = (hash: string) => path.join(dir, hash.slice(0, 2), hash.slice(2))

  const store: ArtifactStore = {
    dir,
    async path(hash) {
      const file = place(hash)
      try {
        await access(file)
      } catch (cause) {
        throw new AppError('not_found', {
          detail: `The artifact ${hash.slice(0, 12)} is not in the store (${dir}). Run the stage that makes it again.`,
          cause,
        })
      }
      return file
    },
    async has(hash) {
      return access(place(hash)).then(
        () => true,
        () => false,
      )
    },
    async read(hash) {
      return readFile(await store.path(hash))
    },
    async write(bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex')
      if (await store.has(hash)) return hash
      const draft = await draftPath(dir)
      await writeFile(draft, bytes).catch(explainFullDisk)
      return keep(draft, hash)
    },
    async adopt(file) {
      const hash = await hashFile(file)
      if (await store.has(hash)) {
        await rm(file, { force: true })
        return hash
      }
      return keep(file, hash)
    },
    async size(hash) {
      return (await stat(await store.path(hash))).size
    },
  }

  async function keep(draft: string, hash: string): Promise<string> {
    const target = place(hash)
    await mkdir(path.dirname(target), { recursive: true })
    const handle = await open(draft, 'r')
    await handle.sync()
    await handle.close()
    try {
      await rename(draft, target)
    } catch (error) {
      // Another file system: rename cannot cross it, so copy beside the target first.
      if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error
      const beside = await draftPath(dir)
      await pipeline(createReadStream(draft), createWriteStream(beside)).catch(explainFullDisk)
      await rename(beside, target)
      await rm(draft, { force: true })
    }
    return hash
  }

  return store
}

/** sha256 of a file's bytes, streamed. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

async function draftPath(dir: string): Promise<string> {
  const drafts = path.join(dir, 'drafts')
  await mkdir(drafts, { recursive: true })
  return path.join(drafts, randomUUID())
}

function explainFullDisk(cause: unknown): never {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC') {
    throw new AppError('disk_full', {
      detail: 'The disk of the artifact store is full. Free some space and run again; nothing was lost.',
      cause,
    })
  }
  throw cause
}
