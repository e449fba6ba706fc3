import { rm } from 'node:fs/promises'
import { toErrorRecord } from '#core/errors/app-error'
import { getDataSetVersion, updateDataSetVersion } from '#db/queries/data-sets'
import type { JobHandler } from '#server/engine/jobs/handler'
import { openScratchFolders } from '#server/engine/stage-process/scratch-folders'
import { openTables } from '#server/tables/open-tables'

/** Makes the table of an uploaded file. A file that cannot be read leaves a failed version with the sentence; running it again changes nothing. */
export const loadDataSet: JobHandler = async ({ house, job, progress, signal }) => {
  const version = await getDataSetVersion(house.db, job.subject)
  if (version.status === 'ready') return { rows: version.rows }
  // In the data folder: a temporary folder of the system may be small, and nobody would tidy up there after a kill.
  const scratch = await (await openScratchFolders(house.env.home)).make()
  const tables = openTables({ artifacts: house.artifacts, scratch, signal })
  try {
    progress(0, 100, 'Reading the file')
    const { table, report } = await tables.load(await house.artifacts.path(version.source), { name: version.fileName, progress })
    const { artifact, rows, bytes, columns, stats } = table
    await updateDataSetVersion(house.db, version.id, { status: 'ready', artifact, rows, bytes, columns, stats, report, error: null })
    return { rows: table.rows }
  } catch (error) {
    if (!signal.aborted)
      await updateDataSetVersion(house.db, version.id, { status: 'failed', error: toErrorRecord(error, job.id.slice(0, 8)) })
    throw error
  } finally {
    tables.close()
    await rm(scratch, { recursive: true, force: true })
  }
}
