import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ModelFileRef } from '#core/model/model-file-ref'
import { findDataSetByName, getDataSetVersion } from '#db/queries/data-sets'
import { keepModelFile } from '#server/data/keep-model-file'
import { keepUpload } from '#server/data/keep-upload'
import type { CliSession } from './session'
import { UsageError } from './usage-error'

const lookEveryMs = 150

/** Uploads a file as the newest version of the data set of its name, and waits until a worker has made a table of it. */
export async function uploadFile(
  { house, actor, signal, requireRole, note }: CliSession,
  file: string,
): Promise<{ dataSet: string; version: number }> {
  requireRole('analyst')
  const facts = await stat(file).catch(() => null)
  if (!facts?.isFile()) throw new UsageError(`${file} is not there, or is no file.`)
  const known = await findDataSetByName(house.db, path.parse(file).name)
  const kept = await keepUpload(house, {
    stream: createReadStream(file),
    fileName: path.basename(file),
    length: facts.size,
    dataSetId: known?.id,
    actor,
  })
  for (;;) {
    signal.throwIfAborted()
    const { status, error, rows } = await getDataSetVersion(house.db, kept.versionId)
    if (status === 'failed') throw new UsageError(error?.message ?? `${file} cannot be read.`)
    if (status === 'ready') {
      note(`${kept.name}, version ${kept.version}: ${rows} rows.`)
      return { dataSet: kept.dataSet, version: kept.version }
    }
    await sleep(lookEveryMs)
  }
}

/** Keeps an .onnx file from disk as an artifact, for a stage that imports it. */
export async function uploadModelFile({ house, actor, requireRole, note }: CliSession, file: string): Promise<ModelFileRef> {
  requireRole('analyst')
  const facts = await stat(file).catch(() => null)
  if (!facts?.isFile()) throw new UsageError(`${file} is not there, or is no file.`)
  const {
    artifact,
    name,
    facts: said,
  } = await keepModelFile(house, {
    stream: createReadStream(file),
    fileName: path.basename(file),
    length: facts.size,
    actor,
  })
  note(`${name}: ${said}.`)
  return { artifact, name }
}
