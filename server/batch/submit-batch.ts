import type { BatchSource, BatchWish } from '#core/batch/order'
import { batchOrderSchema } from '#core/batch/order'
import { AppError } from '#core/errors/app-error'
import type { Column } from '#core/ports/columns'
import { recipeSchema } from '#core/ports/kinds'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { findReadyVersion } from '#db/queries/data-set-refs'
import { getDeployment, getVersion } from '#db/queries/deployments'
import { getModelVersion } from '#db/queries/model-versions'
import { listReleases } from '#db/queries/releases'
import { submitting } from '#server/engine/submit'
import type { House } from '#server/house'
import { listWords } from '#stages/column-checks'
import { requireInputs } from '#stages/predict-rows'

/** Who answers: what is live on a deployment when it is ordered, or a version by name. */
export type BatchModel = { deployment: string } | { model: string; version: number }

/** The rows: a version of a data set (the newest when none is said), a table or an uploaded file that is in the artifact store. */
export type BatchRows = { dataSet: string; version?: number | undefined } | BatchSource

/** Takes rows off what a caller may ask for, and gives them back when the work fails. */
export type Spend = (rows: number, work: () => Promise<{ id: string }>) => Promise<{ id: string }>

type Submission = {
  by: BatchModel
  rows: BatchRows
  wish: BatchWish
  actor: AuditActor
  /** Of callers whose rows are counted. */
  spend?: Spend | undefined
}

/**
 * Orders a batch prediction; a worker does it. What can be seen to fail is refused here: an unknown data set, columns that the
 * model reads and the rows lack, columns to keep that are not there.
 */
export async function submitBatch(house: House, { by, rows, wish, actor, spend }: Submission): Promise<{ id: string }> {
  const version = await versionOf(house, by)
  const { source, columns, count } = await sourceOf(house, rows)
  if (!(await house.artifacts.has(source.artifact))) {
    throw new AppError('not_found', { detail: `The rows of ${source.name} are no longer in the artifact store. Upload them again.` })
  }
  if (columns) checkColumns({ version, source, columns, wish })
  const subject = 'deployment' in by ? by.deployment : `${by.model}@${by.version}`
  const input = batchOrderSchema.parse({ ...wish, versionId: version.id, source })
  const place = () =>
    submitting(house, async (tx, submit) => {
      const job = await submit.job({ kind: 'batch-predict', subject, input, createdBy: actor.id })
      await writeAudit(tx, {
        actor,
        action: 'deployment' in by ? 'deployment.batch' : 'model.batch',
        object: 'deployment' in by ? 'deployment' : 'model',
        objectId: subject,
        after: { job: job.id, version: `${version.model}@${version.number}`, rows: source.name, output: wish.output },
      })
      return job
    })
  return spend && count !== null ? spend(count, place) : place()
}

async function versionOf({ db }: House, by: BatchModel) {
  if ('model' in by) return getModelVersion(db, { model: by.model, number: by.version })
  const { id } = await getDeployment(db, by.deployment)
  const [release] = await listReleases(db, id)
  const [champion] = release?.routes ?? []
  if (!champion) throw new AppError('conflict', { detail: `Nothing was released on ${by.deployment} yet.` })
  return getVersion(db, champion.versionId)
}

type Source = { source: BatchSource; columns: Column[] | null; count: number | null }

/** With the columns, and of a data set the number of rows; those of a file are known when the worker has read it. */
async function sourceOf({ db, artifacts }: House, rows: BatchRows): Promise<Source> {
  if (!('kind' in rows)) {
    const {
      name,
      version,
      artifact,
      columns,
      rows: count,
    } = await findReadyVersion(db, rows).catch((cause: unknown) => {
      // Its words are for the inspector of a stage.
      if (!(cause instanceof AppError) || cause.code !== 'not_found') throw cause
      throw new AppError('not_found', { detail: noDataSet(rows), cause })
    })
    return { source: { kind: 'table', artifact, name: `${name}, version ${version}` }, columns, count }
  }
  if (rows.kind === 'file' || !(await artifacts.has(rows.artifact))) return { source: rows, columns: null, count: null }
  // Only here: a gateway, which orders batches of data sets, need not load a database engine.
  const { tableColumns } = await import('#server/tables/preview-table')
  return { source: rows, columns: await tableColumns(artifacts, rows.artifact), count: null }
}

function noDataSet({ dataSet, version }: { dataSet: string; version?: number | undefined }): string {
  return `There is no data set "${dataSet}"${version === undefined ? '' : `, version ${version}`}, or its file is still being read. Open Data to see those that there are.`
}

type Checked = { version: Awaited<ReturnType<typeof versionOf>>; source: BatchSource; columns: Column[]; wish: BatchWish }

function checkColumns({ version, source, columns, wish }: Checked): void {
  requireInputs({ signature: version.signature, recipe: recipeSchema.nullable().parse(version.recipe) }, { columns })
  const there = columns.map(({ name }) => name)
  const gone = wish.keep?.find((name) => !there.includes(name))
  if (gone === undefined) return
  throw new AppError('bad_input', {
    detail: `${source.name} has no column "${gone}" to keep; it has ${listWords(there)}.`,
    hint: { column: gone },
  })
}
