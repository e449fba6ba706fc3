import { and, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Db } from '#db/client'
import { dataSetVersions } from '#db/schema/data-set-versions'
import { dataSets } from '#db/schema/data-sets'

/** What a stage's params say of a data set: its id or name, and a version; the newest ready one when absent. */
export type DataSetRef = { dataSet: string; version?: number | undefined }

export type MeantVersion = { ref: DataSetRef; version: number; artifact: string }

/** Which versions are meant right now; data sets that are gone or not ready are left out. */
export async function findMeantVersions(db: Db, refs: readonly DataSetRef[]): Promise<MeantVersion[]> {
  const names = [...new Set(refs.map((ref) => ref.dataSet))]
  if (names.length === 0) return []
  const rows = await db
    .select({
      id: sql<string>`${dataSets.id}::text`,
      name: dataSets.name,
      version: dataSetVersions.number,
      artifact: dataSetVersions.artifact,
    })
    .from(dataSetVersions)
    .innerJoin(dataSets, eq(dataSets.id, dataSetVersions.dataSetId))
    .where(
      and(
        eq(dataSetVersions.status, 'ready'),
        isNull(dataSets.deletedAt),
        or(inArray(sql`${dataSets.id}::text`, names), inArray(dataSets.name, names)),
      ),
    )
    .orderBy(desc(dataSetVersions.number))
  return refs.flatMap((ref) => {
    const row = rows.find(
      ({ id, name, version }) => (id === ref.dataSet || name === ref.dataSet) && (ref.version === undefined || version === ref.version),
    )
    return row?.artifact ? [{ ref, version: row.version, artifact: row.artifact }] : []
  })
}

/** The table of a data set version: what a stage that reads a data set gets. */
export async function findReadyVersion(db: Db, { dataSet, version }: DataSetRef) {
  const [row] = await db
    .select({
      name: dataSets.name,
      deletedAt: dataSets.deletedAt,
      version: dataSetVersions.number,
      artifact: dataSetVersions.artifact,
      rows: dataSetVersions.rows,
      bytes: dataSetVersions.bytes,
      columns: dataSetVersions.columns,
      stats: dataSetVersions.stats,
    })
    .from(dataSetVersions)
    .innerJoin(dataSets, eq(dataSets.id, dataSetVersions.dataSetId))
    .where(
      and(
        eq(dataSetVersions.status, 'ready'),
        or(eq(sql`${dataSets.id}::text`, dataSet), eq(dataSets.name, dataSet)),
        version === undefined ? undefined : eq(dataSetVersions.number, version),
      ),
    )
    .orderBy(desc(dataSetVersions.number))
    .limit(1)
  if (!row) {
    throw new AppError('not_found', {
      detail: `There is no data set "${dataSet}"${version === undefined ? '' : `, version ${version}`}, or its file is still being read. Pick another one in the inspector.`,
      hint: { param: 'data' },
    })
  }
  if (row.deletedAt) {
    // Deleting moves the name out of the way; people know it without what was appended.
    const name = row.name.replace(/ \(deleted [0-9a-f-]{36}\)$/, '')
    throw new AppError('not_found', {
      detail: `The data set "${name}" was deleted. Pick another one in the inspector, or upload it again.`,
      hint: { param: 'data' },
    })
  }
  const { artifact, rows, bytes, columns, stats } = row
  if (artifact === null || rows === null || bytes === null || columns === null || stats === null) {
    throw new AppError('not_found', { detail: `The data set "${row.name}" is not complete. Upload it again.`, hint: { param: 'data' } })
  }
  return { name: row.name, version: row.version, artifact, rows, bytes, columns, stats }
}
