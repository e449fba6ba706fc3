import { rm } from 'node:fs/promises'
import { type BatchOrder, type BatchResult, batchOrderSchema } from '#core/batch/order'
import { paceWords } from '#core/batch/pace'
import { AppError } from '#core/errors/app-error'
import type { Column } from '#core/ports/columns'
import { recipeSchema } from '#core/ports/kinds'
import { emptyPlan } from '#core/ports/plan'
import { isFinal } from '#core/runs/status'
import { getVersion } from '#db/queries/deployments'
import { findJob } from '#db/queries/jobs'
import { openScratchFolders } from '#server/engine/stage-process/scratch-folders'
import type { House } from '#server/house'
import { openModel } from '#server/onnx/run-model'
import { readModelSecret } from '#server/secrets/read-secret'
import { partsOf } from '#server/tables/extend-table'
import { openDuckdb } from '#server/tables/open-duckdb'
import { openTables, type Tables } from '#server/tables/open-tables'
import { describeParquet } from '#server/tables/read-columns'
import { openTableAnswers } from '#stages/answer-table'
import type { NewTable } from '#stages/define'
import { keepAsDataSet } from './keep-as-data-set'
import { listPartFolders, openPartFolder, type PartFolder, type PartPoint } from './part-folder'

/** Places at which a test may kill the process. */
export type BatchPoint = PartPoint | 'file-loaded' | 'joined' | 'kept'

export type BatchRun = {
  house: House
  jobId: string
  createdBy: string | null
  progress(done: number, total: number, doing?: string): void
  signal: AbortSignal
  now(): number
  at?: ((point: BatchPoint, part: number) => void) | undefined
  /** Tests cut smaller parts. */
  partRows?: number | undefined
}

/**
 * Answers every row of a table with a registered model and writes Parquet. May be killed at any point and run again: parts
 * that were finished are not computed again, and the bytes are those of a run that was never interrupted.
 */
export async function runBatch(input: Record<string, unknown>, run: BatchRun): Promise<BatchResult> {
  const { house, jobId, signal, at } = run
  const order = batchOrderSchema.parse(input)
  await removeLeftParts(house, jobId)
  const parts = await openPartFolder(house.env.artifactsDir, jobId, { of: { order, partRows: run.partRows ?? null }, at })
  const scratch = await (await openScratchFolders(house.env.home)).make()
  const tables = openTables({ artifacts: house.artifacts, scratch, signal })
  const began = run.now()
  try {
    const source = await tableOf(order, { tables, parts, scratch }, run)
    const { made, version, count } = await answerTable(order, source, { tables, parts }, run)
    at?.('joined', 0)
    const dataSet =
      order.output.kind === 'file' ? null : await keepAsDataSet(house, { name: order.output.name, table: made, createdBy: run.createdBy })
    at?.('kept', 0)
    await parts.remove()
    return {
      model: version.model,
      version: version.number,
      rows: made.rows,
      artifact: made.artifact,
      bytes: made.bytes,
      columns: made.columns.map(({ name }) => name),
      seconds: Math.round((run.now() - began) / 10) / 100,
      parts: count,
      found: parts.found(),
      dataSet,
    }
  } catch (error) {
    // What will never work is not kept for another try; what was lost on the way is.
    if (error instanceof AppError && error.code !== 'disk_full' && error.code !== 'cancelled') await parts.remove()
    throw error
  } finally {
    tables.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

type Source = { artifact: string; rows: number; columns: Column[] }
type Work = { tables: Tables; parts: PartFolder }

/** The table to answer; of an uploaded file it is made first, once. */
async function tableOf({ source }: BatchOrder, { tables, parts, scratch }: Work & { scratch: string }, run: BatchRun): Promise<Source> {
  const { artifacts } = run.house
  let artifact = source.kind === 'file' ? parts.table() : source.artifact
  if (artifact === null) {
    const file = await artifacts.path(source.artifact)
    const { table } = await tables.load(file, { name: source.name, progress: run.progress })
    artifact = table.artifact
    await parts.keepTable(artifact)
    run.at?.('file-loaded', 0)
  }
  const file = await artifacts.path(artifact)
  const duckdb = await openDuckdb({ scratch, signal: run.signal, memoryMb: 256 })
  try {
    return { artifact, ...(await duckdb.use((connection) => describeParquet(connection, file))) }
  } finally {
    duckdb.close()
  }
}

async function answerTable(
  order: BatchOrder,
  source: Source,
  { tables, parts }: Work,
  { house, progress, signal, now, partRows }: BatchRun,
): Promise<{ made: NewTable; version: { model: string; number: number }; count: number }> {
  const version = await getVersion(house.db, order.versionId)
  const answers = await openTableAnswers(
    {
      // stored by any version of Stageline
      model: { ...version, recipe: recipeSchema.nullable().parse(version.recipe) },
      table: { columns: source.columns, plan: emptyPlan },
      probabilities: order.probabilities,
      by: `${version.model}@${version.number}`,
    },
    { artifacts: house.artifacts, onnx: { open: openModel }, secret: (name) => readModelSecret(house, name), signal },
  )
  const total = source.rows
  const began = now()
  let before: number | null = null
  try {
    const shape = { reads: answers.reads, adds: answers.adds, keep: order.keep ?? undefined, parts, partRows }
    const { count } = partsOf(total, answers.adds.length, partRows)
    const made = await tables.extend(source.artifact, shape, async (chunk) => {
      before ??= chunk.from
      const values = await answers.answer(chunk)
      const done = chunk.from + chunk.rows
      if (done < total) progress(done, total, paceWords({ done, total, sinceMs: now() - began, before }))
      else progress(done, total, 'Writing the table')
      return values
    })
    return { made, version, count }
  } finally {
    await answers.close()
  }
}

/** Parts of batches that are over: a cancelled one is killed and cannot tidy up. */
async function removeLeftParts(house: House, own: string): Promise<void> {
  for (const id of await listPartFolders(house.env.artifactsDir)) {
    if (id === own) continue
    const job = await findJob(house.db, id)
    if (job && !isFinal(job.status)) continue
    const left = await openPartFolder(house.env.artifactsDir, id, { of: null })
    await left.remove()
  }
}
