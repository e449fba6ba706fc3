import { access, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { AppError } from '#core/errors/app-error'
import { openArtifactStore } from '#server/artifacts/store'
import { openTables } from '#server/tables/open-tables'

/** The first rows of a CSV, TSV, JSON lines or Parquet file, read as an uploaded data set is: the same guesses, the same sentences. */
export async function readRowsFile(
  file: string,
  { limit, signal }: { limit: number; signal: AbortSignal },
): Promise<Record<string, unknown>[]> {
  await access(file).catch((cause: unknown) => {
    throw new AppError('bad_file', { detail: `There is no file ${file}.`, cause })
  })
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'stageline-rows-'))
  const tables = openTables({ artifacts: openArtifactStore(path.join(scratch, 'artifacts')), scratch, signal, memoryMb: 512 })
  try {
    const { table } = await tables.load(path.resolve(file), { name: path.basename(file) })
    const rows = await tables.rows(`select * from rows limit ${Math.floor(limit)}`, { rows: table.artifact })
    if (rows.length === 0) throw new AppError('bad_file', { detail: `The file ${file} has no rows.` })
    return rows
  } finally {
    tables.close()
    await rm(scratch, { recursive: true, force: true })
  }
}
