import { DuckDBInstance } from '@duckdb/node-api'
import { AppError } from '#core/errors/app-error'
import { identifier, literal } from '#core/sql/quote'
import type { ArtifactStore } from '#server/artifacts/store'

/** What two models answered on the same rows, beside the right answers. */
export type PairedAnswers = { rowsThere: number } & (
  | { task: 'classification'; truth: string[]; first: string[]; second: string[] }
  | { task: 'regression'; truth: Float64Array; first: Float64Array; second: Float64Array }
)

export type PairedTables = {
  /** Artifacts of the tables that Evaluate wrote: the rows, and `predicted`. */
  first: string
  second: string
  target: string
  task: 'classification' | 'regression'
  /** Of more rows, evenly spaced ones are taken. */
  mostRows?: number
}

/** One database for all reads of a process: it only reads a few columns of some rows. */
let shared: Promise<DuckDBInstance> | undefined
const settings = { threads: '1', memory_limit: '512MB', autoinstall_known_extensions: 'false' }

/** Reads right answers and both predictions of the rows that have all three. Throws when the right answers are not the same. */
export async function readPairedAnswers(artifacts: Pick<ArtifactStore, 'path'>, tables: PairedTables): Promise<PairedAnswers> {
  const { target, task, mostRows = 100_000 } = tables
  const [first, second] = await Promise.all([artifacts.path(tables.first), artifacts.path(tables.second)])
  shared ??= DuckDBInstance.create(':memory:', settings)
  const connection = await (await shared).connect()
  try {
    const counted = await connection.runAndReadAll(`SELECT num_rows FROM parquet_file_metadata([${literal(first)}, ${literal(second)}])`)
    const [rowsThere = 0, others = 0] = counted.getRowsJson().map(([rows]) => Number(rows))
    if (rowsThere !== others) throw otherRows(target)
    const step = Math.max(1, Math.ceil(rowsThere / mostRows))
    const type = task === 'regression' ? 'DOUBLE' : 'VARCHAR'
    const side = (file: string) => `
      SELECT file_row_number AS place, CAST(${identifier(target)} AS ${type}) AS truth, CAST(predicted AS ${type}) AS predicted
      FROM read_parquet(${literal(file)}, file_row_number = true) WHERE file_row_number % ${step} = 0`
    const reader = await connection.runAndReadAll(`
      SELECT a.truth, b.truth, a.predicted, b.predicted FROM (${side(first)}) a JOIN (${side(second)}) b USING (place) ORDER BY place`)
    const [truth = [], otherTruth = [], one = [], other = []] = reader.getColumns()
    if (truth.some((value, row) => !Object.is(value, otherTruth[row]))) throw otherRows(target)
    const isThere = (value: unknown) => (task === 'regression' ? Number.isFinite(value) : typeof value === 'string' && value !== '')
    const rows = truth.flatMap((value, row) => (isThere(value) && isThere(one[row]) && isThere(other[row]) ? [row] : []))
    if (task === 'regression') {
      const pick = (values: readonly unknown[]) => Float64Array.from(rows, (row) => Number(values[row]))
      return { task, rowsThere, truth: pick(truth), first: pick(one), second: pick(other) }
    }
    const pick = (values: readonly unknown[]) => rows.map((row) => String(values[row]))
    return { task, rowsThere, truth: pick(truth), first: pick(one), second: pick(other) }
  } finally {
    connection.closeSync()
  }
}

function otherRows(target: string): AppError {
  return new AppError('bad_input', {
    detail: `The right answers in "${target}" are not the same, so these are not the same rows in the same order. Evaluate both on the same table.`,
  })
}
