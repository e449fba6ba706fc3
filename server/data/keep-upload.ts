import { createWriteStream } from 'node:fs'
import { mkdir, rm, statfs } from 'node:fs/promises'
import path from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '#core/errors/app-error'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { createDataSet, createDataSetVersion, type DataSet, getDataSet } from '#db/queries/data-sets'
import { submitting } from '#server/engine/submit'
import type { House } from '#server/house'

export type Upload = {
  stream: Readable
  fileName: string
  /** What the sender says it will send; 0 when unknown. */
  length: number
  /** A new version of this data set; a new data set when absent. */
  dataSetId?: string | undefined
  actor: AuditActor
}

export type Kept = { dataSet: string; name: string; version: number; versionId: string; isNew: boolean; jobId: string | null }

/** Space that stays free on the disk, for the table that is made of the file and for everybody else. */
const reserveBytes = 256 * 2 ** 20

/**
 * Streams an upload to disk, keeps it as an artifact and orders a worker to make a table of it. An upload that breaks off
 * leaves nothing; the same bytes again are the same version.
 */
export async function keepUpload(house: House, { dataSetId, actor, ...sent }: Upload): Promise<Kept> {
  const adopt = async ({ draft, name, bytes }: Draft) => {
    if (bytes === 0) throw new AppError('bad_file', { detail: `${name} is empty. Choose a file with a header line and at least one row.` })
    return { name, bytes, source: await house.artifacts.adopt(draft) }
  }
  return record(house, { ...(await receiveUpload(house, sent, adopt)), dataSetId, actor })
}

/** A whole upload on disk, before it is kept. */
export type Draft = { draft: string; name: string; bytes: number }

/**
 * Streams an upload to a draft file and hands it to `keep`; the draft is gone afterwards. Throws AppError when the disk is too
 * full, or less came than was announced, or more than `most` bytes.
 */
export async function receiveUpload<T>(
  { env: { uploadsDir } }: House,
  { stream, fileName, length, most = Number.POSITIVE_INFINITY }: Pick<Upload, 'stream' | 'fileName' | 'length'> & { most?: number },
  keep: (draft: Draft) => Promise<T>,
): Promise<T> {
  const name = safeName(fileName)
  await mkdir(uploadsDir, { recursive: true })
  const disk = await statfs(uploadsDir)
  const free = disk.bavail * disk.bsize - reserveBytes
  if (length > free) throw noSpace(name)
  const draft = path.join(uploadsDir, crypto.randomUUID())
  try {
    const bytes = await save(stream, draft, { free, most }, name)
    if (bytes > 0 && bytes < length)
      throw new AppError('bad_file', { detail: `Only ${bytes} of ${length} bytes of ${name} arrived. Send it again.` })
    return await keep({ draft, name, bytes })
  } finally {
    await rm(draft, { force: true })
  }
}

type Received = { name: string; source: string; bytes: number; dataSetId: string | undefined; actor: AuditActor }

function record(house: House, { name, source, bytes, dataSetId, actor }: Received): Promise<Kept> {
  return submitting(house, async (tx, submit) => {
    const set: DataSet = dataSetId
      ? await getDataSet(tx, dataSetId)
      : await createDataSet(tx, {
          name: name.replace(/\.(csv|tsv|txt|json|jsonl|ndjson|parquet)$/i, ''),
          ownerId: actor.id === 'cli' ? null : actor.id,
        })
    const { version, isNew } = await createDataSetVersion(tx, set.id, {
      fileName: name,
      source,
      sourceBytes: bytes,
      createdBy: actor.id === 'cli' ? null : actor.id,
    })
    const kept = { dataSet: set.id, name: set.name, version: version.number, versionId: version.id, isNew }
    if (!isNew) return { ...kept, jobId: null }
    await writeAudit(tx, {
      actor,
      action: dataSetId ? 'data-set.version' : 'data-set.create',
      object: 'data-set',
      objectId: set.id,
      after: { name: set.name, version: version.number, bytes },
    })
    const { id } = await submit.job({ kind: 'load-data-set', subject: version.id, input: {}, createdBy: actor.id })
    return { ...kept, jobId: id }
  })
}

async function save(stream: Readable, draft: string, { free, most }: { free: number; most: number }, name: string): Promise<number> {
  let bytes = 0
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      done(bytes > most ? tooLarge(name, most) : bytes > free ? noSpace(name) : null, chunk)
    },
  })
  try {
    await pipeline(stream, counter, createWriteStream(draft))
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC') throw noSpace(name)
    throw new AppError('bad_file', {
      detail: `The upload of ${name} broke off after ${bytes} bytes. Nothing was kept; send it again.`,
      cause,
    })
  }
  return bytes
}

const noSpace = (name: string) =>
  new AppError('disk_full', {
    detail: `There is not enough free disk space for ${name}. Free some, or move the data folder with STAGELINE_HOME.`,
  })

const tooLarge = (name: string, most: number) =>
  new AppError('too_large', { detail: `${name} is larger than the ${Math.round(most / 2 ** 20)} MB that such a file may have.` })

/** The last part of a path, without what a name may not hold. */
function safeName(fileName: string): string {
  const name = (fileName.split(/[/\\]/).at(-1) ?? '')
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 120)
  return name === '' ? 'upload' : name
}
