import { systemActor, writeAudit } from '#db/queries/audit'
import { createDataSet, createDataSetVersion, findDataSetByName, updateDataSetVersion } from '#db/queries/data-sets'
import { findUser } from '#db/queries/users'
import type { House } from '#server/house'
import type { NewTable } from '#stages/define'

/** Makes a finished table the newest version of the data set of that name. The same table again is the same version. */
export async function keepAsDataSet(
  { db }: Pick<House, 'db'>,
  { name, table, createdBy }: { name: string; table: NewTable; createdBy: string | null },
): Promise<{ id: string; name: string; version: number }> {
  const { artifact, rows, bytes, columns, stats } = table
  return db.transaction(async (tx) => {
    const by = createdBy === null ? null : await findUser(tx, createdBy)
    const ownerId = by?.id ?? null
    const set = (await findDataSetByName(tx, name)) ?? (await createDataSet(tx, { name, ownerId }))
    const source = { fileName: `${name}.parquet`, source: artifact, sourceBytes: bytes, createdBy: ownerId }
    const { version, isNew } = await createDataSetVersion(tx, set.id, source)
    const kept = { id: set.id, name: set.name, version: version.number }
    if (!isNew) return kept
    const report = {
      report: 'load' as const,
      format: 'Parquet',
      encoding: 'binary',
      delimiter: null,
      header: null,
      read: rows,
      kept: rows,
      refused: 0,
      columns: columns.length,
      examples: [],
      notes: ['Made by a batch prediction.'],
    }
    await updateDataSetVersion(tx, version.id, { status: 'ready', artifact, rows, bytes, columns, stats, report, error: null })
    await writeAudit(tx, {
      actor: by ?? systemActor,
      action: 'data-set.version',
      object: 'data-set',
      objectId: set.id,
      after: { name: set.name, version: version.number, bytes },
    })
    return kept
  })
}
