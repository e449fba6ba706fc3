import { createHash } from 'node:crypto'
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { hashFile } from '#server/artifacts/store'
import type { PartKeeper } from '#server/tables/extend-table'

/**
 * The finished parts of one batch, in a folder of the artifact store that every worker sees:
 *
 *   batches/<job>/manifest.json   what is being made (a hash of all it hangs on), the table of an uploaded file, the finished parts
 *   batches/<job>/<number>.parquet
 *
 * A part is synced and renamed into its place before the manifest names it; the manifest is written beside its place and
 * renamed. So a part that the manifest names is whole, whenever the process was killed; one that it does not name is made again.
 */
export type PartFolder = PartKeeper & {
  /** Parts that were finished before this process began. */
  found(): number
  /** The table of an uploaded file, once it was made. */
  table(): string | null
  keepTable(artifact: string): Promise<void>
  remove(): Promise<void>
}

/** Places at which a test may kill the process, in the order in which a part passes them. */
export type PartPoint = 'part-written' | 'part-placed' | 'part-kept'

const manifestSchema = z.object({
  key: z.string(),
  table: z.string().nullable(),
  parts: z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string() })),
})
type Manifest = z.output<typeof manifestSchema>

/** Where the parts of all batches are, inside the artifact store. */
export const batchesDir = (artifactsDir: string): string => path.join(artifactsDir, 'batches')

/** Opens the folder of a job; parts of anything else than `of` (an earlier version of Stageline cut otherwise) are thrown away. */
export async function openPartFolder(
  artifactsDir: string,
  jobId: string,
  { of, at = () => undefined }: { of: unknown; at?: ((point: PartPoint, part: number) => void) | undefined },
): Promise<PartFolder> {
  const dir = path.join(batchesDir(artifactsDir), jobId)
  const place = (number: number) => path.join(dir, `${number}.parquet`)
  const key = createHash('sha256').update(JSON.stringify(of)).digest('hex')
  await mkdir(dir, { recursive: true })
  const manifest = await readManifest(dir, key)
  const before = Object.keys(manifest.parts).length

  return {
    found: () => before,
    table: () => manifest.table,
    async keepTable(artifact) {
      manifest.table = artifact
      await writeManifest(dir, manifest)
    },
    async find(number) {
      const part = manifest.parts[number]
      if (!part) return null
      // A disk that lost bytes costs one part, not a wrong table.
      return (await isWhole(place(number), part)) ? place(number) : null
    },
    async keep(number, file) {
      at('part-written', number)
      const part = { bytes: (await stat(file)).size, sha256: await hashFile(file) }
      await moveIn(file, place(number))
      at('part-placed', number)
      manifest.parts[number] = part
      await writeManifest(dir, manifest)
      at('part-kept', number)
      return place(number)
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}

/** Ids of the jobs that have a folder. */
export async function listPartFolders(artifactsDir: string): Promise<string[]> {
  return readdir(batchesDir(artifactsDir)).catch((error: unknown) => {
    // Before the first batch there is no folder of folders.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
}

async function readManifest(dir: string, key: string): Promise<Manifest> {
  const text = await readFile(path.join(dir, 'manifest.json'), 'utf8').catch(() => null)
  const parsed = manifestSchema.safeParse(text === null ? null : jsonOf(text))
  return parsed.success && parsed.data.key === key ? parsed.data : { key, table: null, parts: {} }
}

/** Null for a text that is no JSON: a disk that lost it costs the parts, no more. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function writeManifest(dir: string, manifest: Manifest): Promise<void> {
  const draft = path.join(dir, 'manifest.draft')
  try {
    const handle = await open(draft, 'w')
    try {
      await handle.writeFile(JSON.stringify(manifest))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, path.join(dir, 'manifest.json'))
  } catch (error) {
    throw explainFullDisk(error)
  }
}

async function isWhole(file: string, { bytes, sha256 }: { bytes: number; sha256: string }): Promise<boolean> {
  const facts = await stat(file).catch(() => null)
  return facts?.size === bytes && (await hashFile(file)) === sha256
}

/** Both folders lie in the data folder or beside the store; where they are different disks, the file is copied first. */
async function moveIn(file: string, target: string): Promise<void> {
  const handle = await open(file, 'r')
  await handle.sync()
  await handle.close()
  try {
    await rename(file, target)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw explainFullDisk(error)
    await copySynced(file, `${target}.draft`).catch((failed: unknown) => {
      throw explainFullDisk(failed)
    })
    await rename(`${target}.draft`, target)
    await rm(file, { force: true })
  }
}

async function copySynced(file: string, target: string): Promise<void> {
  await copyFile(file, target)
  const handle = await open(target, 'r')
  await handle.sync()
  await handle.close()
}

function explainFullDisk(cause: unknown): unknown {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC')) return cause
  return new AppError('disk_full', {
    detail: 'The disk of the artifact store is full: a part of the answers could not be kept. Free some space and order the batch again.',
    cause,
  })
}
