import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { type ColumnBinner, columnBinners } from '#core/monitor/bins'
import type { Db } from '#db/client'
import { listVersions } from '#db/queries/deployments'
import { pruneSpoolBatches } from '#db/queries/spool-batches'
import type { Log } from '#server/log'
import { doneSuffix, ownerFile } from './line-files'
import { partSuffix } from './lost-rows'
import { filesOf, ignoreGone, listOrphans, removeEmpty } from './orphans'
import { openPace, type Pace } from './pace'
import { shipBatch } from './ship-batch'
import { surveySpool } from './spool-line'

/**
 * Moves spool files into the database. One file is one batch is one transaction. A file is deleted only after its
 * transaction; one that is shipped twice (a crash between the two, two gateways that take over the same dead one, a copy) is
 * recognised by the batch that its first line names.
 */
export type Shipper = {
  /** Ships all complete files of the own spool, and all files of gateways that live no more. */
  ship(): Promise<Shipped>
}

/** Files that were shipped, and lines that were set aside because they are damaged. */
export type Shipped = { files: number; damagedLines: number }

/** Beside the folders of gateways: lines that do not fit their sum, one file a batch. */
export const damagedFolder = 'damaged'
const refusedSuffix = '.refused'
const forgetBatchesAfterMs = 30 * 24 * 3_600_000
const pruneEveryMs = 3_600_000

export type ShipperOptions = { db: Db; pool: pg.Pool; ownDir: string; log: Log; pace?: Pace }

/** A shipper of the spool `ownDir`; the folders beside it belong to other gateways on this disk. */
export function openShipper({ db, pool, ownDir, log, pace = openPace() }: ShipperOptions): Shipper {
  const binners = new Map<string, ColumnBinner[]>()
  let prunedAt = 0

  /** Returns how many of its lines were damaged, or null when another was faster. */
  async function shipFile(at: string): Promise<number | null> {
    const text = await readFile(at, 'utf8').catch(ignoreGone)
    if (text === null) return null
    const id = surveySpool(text).batch ?? batchOfName(at)
    const batch = { id, text, learnBinners, setAside: (damaged: readonly string[]) => setAside(at, id, damaged), pace }
    const damagedLines = await shipBatch(pool, batch).catch(async (error) => {
      // Data that Postgres refuses (class 22) would block everything behind it for ever: set it aside, whole, and say so.
      if (!isRefusedData(error)) throw error
      log.error({ err: error, file: at }, 'the database refuses a spool file; it is kept beside the others with the ending .refused')
      await rename(at, `${at}${refusedSuffix}`)
      return 0
    })
    await rm(at, { force: true })
    return damagedLines
  }

  /** Under the name of the batch, so that a file that is shipped twice is set aside once. */
  async function setAside(at: string, id: string, damaged: readonly string[]): Promise<void> {
    const folder = path.join(path.dirname(ownDir), damagedFolder)
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, `${id.replaceAll('/', '-')}.txt`), damaged.map((line) => `${line}\n`).join(''))
    log.warn(
      { file: at, lines: damaged.length, folder },
      'lines of a spool file are damaged: cut off by a crash, or rotten; they are set aside',
    )
  }

  async function learnBinners(versionIds: ReadonlySet<string>): Promise<(versionId: string) => readonly ColumnBinner[]> {
    const unknown = [...versionIds].filter((id) => !binners.has(id))
    if (unknown.length > 0) for (const version of await listVersions(db, unknown)) binners.set(version.id, columnBinners(version.reference))
    return (versionId) => binners.get(versionId) ?? []
  }

  async function prune(): Promise<void> {
    if (Date.now() - prunedAt < pruneEveryMs) return
    prunedAt = Date.now()
    await pruneSpoolBatches(db, new Date(Date.now() - forgetBatchesAfterMs))
  }

  async function shipFolder(dir: string, shipped: Shipped): Promise<void> {
    const isOwn = dir === ownDir
    const names = await filesOf(dir)
    for (const [i, name] of names.entries()) {
      pace.behind(names.length - i - 1)
      if (!isOwn && name.endsWith(partSuffix)) await rm(path.join(dir, name), { force: true })
      if (name === ownerFile || name.endsWith(refusedSuffix) || name.endsWith(partSuffix) || (isOwn && !name.endsWith(doneSuffix))) continue
      const damaged = await shipFile(path.join(dir, name))
      if (damaged === null) continue
      shipped.files += 1
      shipped.damagedLines += damaged
    }
    if (!isOwn) await removeEmpty(dir)
  }

  return {
    async ship() {
      const shipped = { files: 0, damagedLines: 0 }
      for (const dir of [ownDir, ...(await listOrphans(ownDir))]) await shipFolder(dir, shipped)
      await prune()
      return shipped
    },
  }
}

/** Of a file whose first line is lost, or that an earlier version wrote: the folder is the gateway, the number is the file. */
function batchOfName(file: string): string {
  return `${path.basename(path.dirname(file))}/${path.basename(file).split('.')[0]}`
}

function isRefusedData(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^(22|23)/.test(cause.code)
}
