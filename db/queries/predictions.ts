import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { and, desc, eq, inArray } from 'drizzle-orm'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Db } from '#db/client'
import { modelVersions } from '#db/schema/model-versions'
import { predictions } from '#db/schema/predictions'

export type NewPrediction = typeof predictions.$inferInsert
type Slices = AsyncIterable<readonly NewPrediction[]> | Iterable<readonly NewPrediction[]>

const columns = [
  ['id', 'text', (row) => row.id],
  ['deployment_id', 'uuid', (row) => row.deploymentId],
  ['version_id', 'uuid', (row) => row.versionId],
  ['release', 'int', (row) => row.release],
  ['at', 'timestamptz', (row) => row.at.toISOString()],
  ['input', 'jsonb', (row) => (row.input ? JSON.stringify(row.input) : null)],
  ['input_hash', 'text', (row) => row.inputHash],
  ['label', 'text', (row) => row.label],
  ['confidence', 'real', (row) => row.confidence],
  ['value', 'float8', (row) => row.value],
  ['latency_ms', 'real', (row) => row.latencyMs],
  ['test', 'boolean', (row) => row.test ?? false],
  ['source', 'text', (row) => row.source ?? 'gateway'],
  ['fallback', 'text', (row) => row.fallback],
  ['answered_by', 'uuid', (row) => row.answeredBy],
  ['shadow', 'boolean', (row) => row.shadow ?? false],
] as const satisfies [string, string, (row: NewPrediction) => string | number | boolean | null | undefined][]
const columnNames = columns.map(([name]) => name).join(', ')
const rowsPerInsert = 1_000

/**
 * Writes many predictions: by COPY, straight into the table. Ids are random, so one that is there already is a row that was
 * sent twice: then all are asked for once more and inserted, the known ones left out. Returns the ids that are new, or null
 * when all are. Call it in a transaction, with its connection; `rows` gives them some at a time.
 */
export async function createPredictions(client: pg.ClientBase, rows: () => Slices): Promise<Set<string> | null> {
  await client.query('savepoint copy_predictions')
  try {
    await pipeline(Readable.from(copyTexts(rows())), client.query(copyFrom(`copy predictions (${columnNames}) from stdin`)))
  } catch (error) {
    if (!isRepeated(error)) throw error
    await client.query('rollback to savepoint copy_predictions')
    return insertNew(client, rows())
  }
  await client.query('release savepoint copy_predictions')
  return null
}

async function insertNew(client: pg.ClientBase, slices: Slices): Promise<Set<string>> {
  const added = new Set<string>()
  const rows: NewPrediction[] = []
  for await (const slice of slices) rows.push(...slice)
  // In the order of their ids, so that two batches with the same rows wait for each other and do not lock each other out.
  const sorted = rows.sort((a, b) => (a.id < b.id ? -1 : 1))
  const record = columns.map(([name, type]) => `${name} ${type}`).join(', ')
  for (let from = 0; from < sorted.length; from += rowsPerInsert) {
    const json = JSON.stringify(
      sorted.slice(from, from + rowsPerInsert).map((row) => ({
        ...Object.fromEntries(columns.map(([name, , read]) => [name, read(row) ?? null])),
        input: row.input ?? null,
      })),
    )
    const { rows: made } = await client.query<{ id: string }>(
      `insert into predictions (${columnNames}) select ${columnNames} from jsonb_to_recordset($1::jsonb) as row(${record})
       on conflict (id) do nothing returning id`,
      [json],
    )
    for (const { id } of made) added.add(id)
  }
  return added
}

/** Lines of COPY's text format, a slice at a time. */
async function* copyTexts(slices: Slices): AsyncGenerator<string> {
  for await (const rows of slices) {
    let text = ''
    for (const row of rows) text += copyLine(row)
    yield text
  }
}

function copyLine(row: NewPrediction): string {
  let line = ''
  for (const [, , read] of columns) line += `${line === '' ? '' : '\t'}${copyCell(read(row))}`
  return `${line}\n`
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function copyCell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '\\N'
  return typeof value === 'string' ? value.replace(/[\\\n\r\t]/g, (sign) => escapes[sign] ?? sign) : String(value)
}

function isRepeated(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505'
}

export type PredictionFilter = {
  deploymentId: string
  limit: number
  versionId?: string | undefined
  includesTest: boolean
  /** Also what shadows answered, which no caller got. */
  includesShadow?: boolean
}

/** The newest predictions of a deployment. */
export async function listPredictions(db: Db, filter: PredictionFilter) {
  const rows = await db
    .select({
      id: predictions.id,
      at: predictions.at,
      versionId: predictions.versionId,
      number: modelVersions.number,
      input: predictions.input,
      inputHash: predictions.inputHash,
      label: predictions.label,
      confidence: predictions.confidence,
      value: predictions.value,
      latencyMs: predictions.latencyMs,
      test: predictions.test,
      source: predictions.source,
      fallback: predictions.fallback,
      answeredBy: predictions.answeredBy,
      shadow: predictions.shadow,
    })
    .from(predictions)
    .leftJoin(modelVersions, eq(modelVersions.id, predictions.versionId))
    .where(
      and(
        eq(predictions.deploymentId, filter.deploymentId),
        filter.versionId ? eq(predictions.versionId, filter.versionId) : undefined,
        filter.includesTest ? undefined : eq(predictions.test, false),
        filter.includesShadow ? undefined : eq(predictions.shadow, false),
      ),
    )
    .orderBy(desc(predictions.at))
    .limit(filter.limit)
  const answering = [...new Set(rows.flatMap((row) => row.answeredBy ?? []))]
  const names =
    answering.length === 0
      ? []
      : await db
          .select({ id: modelVersions.id, number: modelVersions.number })
          .from(modelVersions)
          .where(inArray(modelVersions.id, answering))
  return rows.map(({ answeredBy, ...row }) => ({ ...row, answeredBy: names.find(({ id }) => id === answeredBy)?.number ?? null }))
}
