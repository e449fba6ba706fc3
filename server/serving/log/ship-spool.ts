import { readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type ColumnBinner, columnBinners } from '#core/monitor/bins'
import { addRequest, addRow, emptyRollup, type Rollup } from '#core/monitor/rollup'
import type { Db } from '#db/client'
import { isSameProcess, type ProcessIdentity } from '#db/embedded/process-identity'
import { listVersions } from '#db/queries/deployments'
import { claimSpoolBatch, createPredictions, pruneSpoolBatches } from '#db/queries/predictions'
import { addRollups, type NewRollup } from '#db/queries/rollups'
import type { Log } from '#server/log'
import { doneSuffix, ownerFile } from './spool'
import { type AnswersLine, readSpool, type SpoolLine } from './spool-line'

/**
 * Moves spool files into the database. One file is one batch is one transaction: its name in `spool_batches`, its
 * predictions, its roll-ups. A file is deleted only after its transaction; one that is shipped twice (a crash between the
 * two, two gateways that take over the same dead one) is recognised by its name and counts once.
 */
export type Shipper = {
  /** Ships all complete files of the own spool, and all files of gateways that live no more. Returns how many it shipped. */
  ship(): Promise<number>
}

const orphanMs = 60_000
const minuteMs = 60_000
const forgetBatchesAfterMs = 30 * 24 * 3_600_000

/** A shipper of the spool `ownDir`; the folders beside it belong to other gateways on this disk. */
export function openShipper({ db, ownDir, log }: { db: Db; ownDir: string; log: Log }): Shipper {
  const binners = new Map<string, ColumnBinner[]>()
  let prunedAt = 0

  async function shipFile(file: string): Promise<void> {
    const text = await readFile(file, 'utf8').catch(ignoreGone)
    if (text === null) return
    const { lines, torn } = readSpool(text)
    if (torn > 0) log.warn({ file, torn }, 'a spool file ends in a line that was cut off; its request was never answered')
    await learnVersions(lines)
    await shipBatch(db, batchId(file), lines, (versionId) => binners.get(versionId) ?? []).catch((error) => {
      // Data that Postgres refuses (class 22) would block everything behind it for ever: set it aside, whole, and say so.
      if (!isRefusedData(error)) throw error
      log.error({ err: error, file }, 'the database refuses a spool file; it is kept beside the others with the ending .refused')
      return rename(file, `${file}.refused`)
    })
    await rm(file, { force: true })
  }

  async function learnVersions(lines: readonly SpoolLine[]): Promise<void> {
    const unknown = [...new Set(lines.filter(isAnswers).map((line) => line.versionId))].filter((id) => !binners.has(id))
    for (const version of await listVersions(db, unknown)) binners.set(version.id, columnBinners(version.reference))
  }

  async function prune(): Promise<void> {
    if (Date.now() - prunedAt < 3_600_000) return
    prunedAt = Date.now()
    await pruneSpoolBatches(db, new Date(Date.now() - forgetBatchesAfterMs))
  }

  return {
    async ship() {
      let shipped = 0
      for (const dir of [ownDir, ...(await orphans(ownDir))]) {
        const isOwn = dir === ownDir
        for (const name of await filesOf(dir)) {
          if (name === ownerFile || name.endsWith('.refused') || (isOwn && !name.endsWith(doneSuffix))) continue
          await shipFile(path.join(dir, name))
          shipped += 1
        }
        if (!isOwn) await removeEmpty(dir)
      }
      await prune()
      return shipped
    },
  }
}

async function shipBatch(
  db: Db,
  id: string,
  lines: readonly SpoolLine[],
  bins: (versionId: string) => readonly ColumnBinner[],
): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await claimSpoolBatch(tx, id))) return
    await createPredictions(
      tx,
      lines
        .filter(isAnswers)
        .flatMap(({ deploymentId, versionId, release, at, latencyMs, test, rows }) =>
          rows.map((row) => ({ ...row, deploymentId, versionId, release, at: new Date(at), latencyMs, test })),
        ),
    )
    await addRollups(tx, rollupsOf(lines, bins))
  })
}

/** The figures of the lines, by minute, deployment, model version and kind of traffic. */
export function rollupsOf(lines: readonly SpoolLine[], bins: (versionId: string) => readonly ColumnBinner[]): NewRollup[] {
  const byKey = new Map<string, NewRollup>()
  for (const line of lines.filter(isAnswers)) {
    const { deploymentId, versionId, test } = line
    const minute = Math.floor(line.at / minuteMs) * minuteMs
    const key = `${minute} ${deploymentId} ${versionId} ${test}`
    const rollup = byKey.get(key) ?? { deploymentId, versionId, test, minute: new Date(minute), figures: emptyRollup() }
    byKey.set(key, rollup)
    count(rollup.figures, line, bins(versionId))
  }
  return [...byKey.values()]
}

function isAnswers(line: SpoolLine): line is AnswersLine {
  return line.kind !== 'outcomes'
}

function count(figures: Rollup, line: AnswersLine, bins: readonly ColumnBinner[]): void {
  addRequest(figures, line)
  for (const row of line.rows) addRow(figures, 'value' in row ? row : { ...row, isLow: row.confidence < line.lowConfidence }, bins)
}

/** Folders of gateways that live no more: their process is gone, or, on another host of a shared disk, silent for a minute. */
async function orphans(ownDir: string): Promise<string[]> {
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
  // Without an owner file: being made right now, or being removed by another gateway.
  if (text === null || about === null) return false
  const isSilent = Date.now() - about.mtimeMs > orphanMs
  const owner = parseOwner(text)
  if (owner?.identity && owner.host === os.hostname()) return !isSameProcess(owner.identity)
  return isSilent
}

function parseOwner(text: string): { host: string; identity: ProcessIdentity | null } | null {
  try {
    // Written by openSpool; cut off only if its writer died in that moment.
    return JSON.parse(text) as { host: string; identity: ProcessIdentity | null }
  } catch {
    return null
  }
}

async function removeEmpty(dir: string): Promise<void> {
  const left = await filesOf(dir)
  if (left.some((name) => name !== ownerFile)) return
  await rm(path.join(dir, ownerFile), { force: true })
  await rmdir(dir).catch(ignoreGone)
}

async function filesOf(dir: string): Promise<string[]> {
  return ((await readdir(dir).catch(ignoreGone)) ?? []).sort()
}

/** Stable over renames: the folder is the gateway, the number is the file, whatever its ending. */
function batchId(file: string): string {
  return `${path.basename(path.dirname(file))}/${path.basename(file).split('.')[0]}`
}

/** Two gateways may clear up after the same dead one; what the other was faster with is no error. */
function ignoreGone(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENOTEMPTY'))
    return null
  throw error
}

function isRefusedData(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^(22|23)/.test(cause.code)
}
