import type { DuckDBConnection, Json } from '@duckdb/node-api'
import type { Column, ColumnStats } from '#core/ports/columns'
import { identifier, literal } from '#core/sql/quote'

/** Above so many distinct values their number is an estimate. */
const exactDistinct = 10_000
/** Above so many rows quantiles and top values are found by sketches; their counts stay exact. */
const exactRows = 2_000_000
/** Columns per statement: keeps the plan of a table with ten thousand columns small. */
const batch = 100
/** Tables with fewer rows are held in memory, a batch of columns at a time. */
const heldRows = 20_000
const bins = 20
const topValues = 20
const topLength = 80

type Row = Record<string, Json>
type Basics = { missing: number; distinct: number; row: Row }

/** Statistics of every column of a relation, in column order. The relation is scanned a few times; only small batches of columns are held. */
export async function columnStats(
  connection: DuckDBConnection,
  from: string,
  columns: readonly Column[],
  rows: number,
): Promise<ColumnStats[]> {
  const stats: ColumnStats[] = []
  for (let start = 0; start < columns.length; start += batch) {
    const some = columns.slice(start, start + batch)
    if (rows > heldRows) {
      stats.push(...(await batchStats(connection, from, some, rows)))
      continue
    }
    // Opening a Parquet file costs more than looking at a small one: many questions are quicker to a copy.
    await connection.run(`CREATE OR REPLACE TEMP TABLE held AS SELECT ${some.map(({ name }) => identifier(name)).join(', ')} FROM ${from}`)
    stats.push(...(await batchStats(connection, 'held', some, rows)))
    await connection.run('DROP TABLE held')
  }
  return stats
}

async function batchStats(connection: DuckDBConnection, from: string, columns: readonly Column[], rows: number): Promise<ColumnStats[]> {
  const stats: ColumnStats[] = []
  const basics = await basicFigures(connection, from, columns, rows)
  const histograms = await histogramsOf(connection, from, columns, basics)
  for (const [index, column] of columns.entries()) {
    const figures = basics[index]
    if (figures === undefined) continue
    const common = { name: column.name, rows, missing: figures.missing, distinct: figures.distinct }
    const histogram = histograms[index] ?? null
    stats.push(
      isNumeric(column)
        ? numericStats(column, common, figures.row, histogram)
        : await textStats(connection, from, column, common, figures, histogram),
    )
  }
  return stats
}

type NumericColumn = Column & { type: 'number' | 'integer' | 'timestamp' }
type Histogram = { edges: number[]; counts: number[] }
type Common = { name: string; rows: number; missing: number; distinct: number }

function isNumeric(column: Column): column is NumericColumn {
  return column.type === 'number' || column.type === 'integer' || column.type === 'timestamp'
}

/** The column as a double: timestamps in milliseconds. */
function asNumber(column: Column): string {
  const name = identifier(column.name)
  return column.type === 'timestamp' ? `epoch_ms(${name})::DOUBLE` : `${name}::DOUBLE`
}

/** What the histogram of a column counts: its value, or the length of its text. */
const measured = (column: Column) => (isNumeric(column) ? asNumber(column) : `length(${identifier(column.name)})::DOUBLE`)

async function basicFigures(connection: DuckDBConnection, from: string, columns: readonly Column[], rows: number): Promise<Basics[]> {
  const parts = columns.flatMap((column, index) => {
    const name = identifier(column.name)
    const common = [`count(${name}) AS n${index}`, `approx_count_distinct(${name}) AS d${index}`]
    if (column.type === 'boolean') return common
    const value = measured(column)
    const spread = [`min(${value}) AS lo${index}`, `max(${value}) AS hi${index}`, `avg(${value}) AS mean${index}`]
    if (!isNumeric(column)) return [...common, ...spread]
    const quantile = rows > exactRows ? 'approx_quantile' : 'quantile_cont'
    return [
      ...common,
      ...spread,
      // The square of a huge value overflows and would fail the whole statement.
      `stddev_samp(CASE WHEN abs(${value}) < 1e150 THEN ${value} END) AS std${index}`,
      `${quantile}(${value}, [0.05, 0.25, 0.5, 0.75, 0.95]) AS q${index}`,
    ]
  })
  const row = await oneRow(connection, `SELECT ${parts.join(', ')} FROM ${from}`)
  const basics = columns.map((_, index) => ({
    missing: rows - num(row[`n${index}`]),
    distinct: num(row[`d${index}`]),
    row: pick(row, index),
  }))
  await exactCounts(connection, from, columns, basics)
  return basics
}

/** Replaces estimates by exact numbers where there are few distinct values. */
async function exactCounts(connection: DuckDBConnection, from: string, columns: readonly Column[], basics: Basics[]): Promise<void> {
  const few = columns.flatMap((column, index) => ((basics[index]?.distinct ?? 0) <= exactDistinct * 1.1 ? [{ column, index }] : []))
  if (few.length === 0) return
  const parts = few.map(({ column, index }) => `count(DISTINCT ${identifier(column.name)}) AS d${index}`)
  const row = await oneRow(connection, `SELECT ${parts.join(', ')} FROM ${from}`)
  for (const { index } of few) {
    const figures = basics[index]
    if (figures) figures.distinct = num(row[`d${index}`])
  }
}

async function histogramsOf(
  connection: DuckDBConnection,
  from: string,
  columns: readonly Column[],
  basics: readonly Basics[],
): Promise<(Histogram | null)[]> {
  const edges = columns.map((column, index) => {
    const low = figure(basics[index]?.row.lo)
    const high = figure(basics[index]?.row.hi)
    return low === null || high === null ? null : binEdges(low, high, column.type === 'integer' || column.type === 'text')
  })
  const parts = columns.flatMap((column, index) => {
    const list = edges[index]
    return list ? [`histogram(${measured(column)}, [${list.slice(1).map(double).join(', ')}]) AS h${index}`] : []
  })
  if (parts.length === 0) return edges.map(() => null)
  const row = await oneRow(connection, `SELECT ${parts.join(', ')} FROM ${from}`)
  return edges.map((list, index) => (list ? { edges: list, counts: countsOf(row[`h${index}`], list.length - 1) } : null))
}

/** Edges of equal bins from `low` to `high`; whole numbers with a small range get one bin each. A value on an edge belongs to the bin below. */
export function binEdges(low: number, high: number, whole: boolean): number[] {
  if (low === high) return [low - 0.5, high + 0.5]
  if (whole && high - low < bins) return Array.from({ length: high - low + 2 }, (_, index) => low - 0.5 + index)
  // Halves first, so that the width of the widest range does not overflow.
  const width = high / bins - low / bins
  return Array.from({ length: bins + 1 }, (_, index) => (index === bins ? high : low + width * index))
}

/** DuckDB's map of upper edge -> count, in the order of the edges; a last entry counts what lies above and is always empty here. */
function countsOf(map: Json | undefined, length: number): number[] {
  const entries = Array.isArray(map) ? map : []
  return Array.from({ length }, (_, index) => {
    const entry = entries[index]
    return typeof entry === 'object' && entry !== null && 'value' in entry ? num(entry.value) : 0
  })
}

function numericStats(column: NumericColumn, common: Common, row: Row, histogram: Histogram | null): ColumnStats {
  const quantiles = Array.isArray(row.q) ? row.q.map(num) : null
  return {
    kind: 'numeric',
    ...common,
    type: column.type,
    min: figure(row.lo),
    max: figure(row.hi),
    mean: figure(row.mean),
    std: figure(row.std),
    quantiles: quantiles?.length === 5 ? quantiles : null,
    histogram,
  }
}

async function textStats(
  connection: DuckDBConnection,
  from: string,
  column: Column,
  common: Common,
  figures: Basics,
  lengths: Histogram | null,
): Promise<ColumnStats> {
  const value = column.type === 'boolean' ? `${identifier(column.name)}::VARCHAR` : `left(${identifier(column.name)}, ${topLength})`
  let where = `${identifier(column.name)} IS NOT NULL`
  if (common.rows > exactRows && common.distinct > exactDistinct) {
    const sketch = await oneRow(connection, `SELECT approx_top_k(${value}, ${topValues}) AS top FROM ${from}`)
    const found = Array.isArray(sketch.top) ? sketch.top.filter((item) => typeof item === 'string') : []
    where = found.length === 0 ? 'false' : `${value} IN (${found.map(literal).join(', ')})`
  }
  const reader = await connection.runAndReadAll(
    `SELECT ${value} AS value, count(*) AS n FROM ${from} WHERE ${where} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${topValues}`,
  )
  return {
    kind: 'text',
    ...common,
    type: column.type === 'boolean' ? 'boolean' : 'text',
    top: reader.getRowObjectsJson().map((entry) => ({ value: String(entry.value), count: num(entry.n) })),
    meanLength: figure(figures.row.mean),
    maxLength: figure(figures.row.hi),
    lengths,
  }
}

async function oneRow(connection: DuckDBConnection, sql: string): Promise<Row> {
  const reader = await connection.runAndReadAll(sql)
  return reader.getRowObjectsJson()[0] ?? {}
}

/** The figures of column `index`, without the index in their names. */
function pick(row: Row, index: number): Row {
  const names = ['lo', 'hi', 'mean', 'std', 'q']
  return Object.fromEntries(names.map((name) => [name, row[`${name}${index}`] ?? null]))
}

/** DuckDB sends big integers as strings. */
const num = (value: Json | undefined): number => Number(value ?? 0)

function figure(value: Json | undefined): number | null {
  if (value === null || value === undefined) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/** A number as a DOUBLE literal, exact. */
const double = (value: number): string => `'${value}'::DOUBLE`
