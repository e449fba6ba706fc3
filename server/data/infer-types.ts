import type { DuckDBConnection } from '@duckdb/node-api'
import type { Column, ColumnType } from '#core/ports/columns'
import { identifier } from '#core/sql/quote'

/** Texts that mean "no value" in a column of numbers, dates or truth values. In a text column they are text. */
const missingWords = ['na', 'n/a', 'nan', 'null', 'none', '#n/a', '-', '?']
const missingList = missingWords.map((word) => `'${word}'`).join(', ')
const sampleRows = 1_000
/** Columns per statement: DuckDB's time to plan grows faster than the number of expressions. */
const batch = 50

type Form = {
  type: ColumnType
  /** Whether the text `v` is of this form: true or false, never null. */
  fits(v: string): string
  /** The typed value of a text that is of this form, or missing. */
  value(text: string): string
  /** Told with the names of the columns that took this form. */
  note?: string
}

type Typed = { columns: Column[] /** One SQL expression per column over the raw text columns. */; select: string[]; notes: string[] }

/**
 * The type of each column, from all of its values: the narrowest of integer, number, boolean, timestamp that every value
 * fits, else text. `08123` is text: the zero matters. A sample picks the candidates, a scan of everything confirms them.
 */
export async function inferTypes(
  connection: DuckDBConnection,
  from: string,
  names: readonly string[],
  { decimalComma, allowed }: { decimalComma: boolean; allowed?: (name: string) => readonly ColumnType[] },
): Promise<Typed> {
  const notes: string[] = []
  const chosen: (Form | null)[] = []
  for (let start = 0; start < names.length; start += batch) {
    const some = names.slice(start, start + batch)
    const samples = await sampleColumns(connection, from, some)
    const candidates = some.map((name, index) =>
      forms(decimalComma).filter(
        ({ type }) => (allowed?.(name).includes(type) ?? true) && (samples[index] ?? []).every((value) => patterns[type].test(value)),
      ),
    )
    chosen.push(...(await confirm(connection, from, some, candidates, notes)))
  }
  for (const note of new Set(chosen.flatMap((form) => form?.note ?? []))) {
    notes.push(`${note}: ${listed(chosen.flatMap((form, index) => (form?.note === note ? [names[index] ?? ''] : [])))}.`)
  }
  const select = names.map((name, index) => {
    const raw = identifier(name)
    return `${chosen[index]?.value(`trim(${raw})`) ?? raw} AS ${raw}`
  })
  return { columns: names.map((name, index) => ({ name, type: chosen[index]?.type ?? 'text' })), select, notes }
}

/** Forms that a column may take, narrowest first. */
function forms(decimalComma: boolean): Form[] {
  return [
    {
      type: 'integer',
      fits: (v) => `coalesce(TRY_CAST(${v} AS BIGINT)::VARCHAR = ${v}, false)`,
      value: (text) => `TRY_CAST(${text} AS BIGINT)`,
    },
    { type: 'number', fits: isNumber, value: asNumber },
    decimalComma
      ? {
          type: 'number',
          fits: (v) => `NOT contains(${v}, '.') AND ${isNumber(`replace(${v}, ',', '.')`)}`,
          value: (text) => asNumber(`replace(${text}, ',', '.')`),
          note: 'Numbers with a decimal comma',
        }
      : {
          type: 'number',
          fits: (v) => `regexp_full_match(${v}, '[+-]?(\\d{1,3}(,\\d{3})+|\\d+)(\\.\\d+)?') AND ${isNumber(`replace(${v}, ',', '')`)}`,
          value: (text) => asNumber(`replace(${text}, ',', '')`),
          note: 'Numbers with commas between the thousands',
        },
    { type: 'boolean', fits: (v) => `lower(${v}) IN ('true', 'false')`, value: (text) => `TRY_CAST(${text} AS BOOLEAN)` },
    {
      type: 'timestamp',
      fits: (v) =>
        `regexp_matches(${v}, '^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}.*)?$') AND coalesce(isfinite(TRY_CAST(${v} AS TIMESTAMPTZ)), false)`,
      value: (text) => `TRY_CAST(TRY_CAST(${text} AS TIMESTAMPTZ) AS TIMESTAMP)`,
    },
  ]
}

/** A finite number; not one whose leading zero matters, nor a long code whose last digits a double would lose. */
const isNumber = (v: string) =>
  `coalesce(isfinite(TRY_CAST(${v} AS DOUBLE)), false) AND NOT regexp_matches(${v}, '^[+-]?0[0-9]|_|^[0-9]{19}')`

/** "nan" is a word for "missing" to people, but a number to DuckDB. */
const asNumber = (text: string) => `nullif(TRY_CAST(${text} AS DOUBLE), 'nan'::DOUBLE)`

/** The first rows, to throw out at once what a column is surely not; patterns are looser than the forms. */
async function sampleColumns(connection: DuckDBConnection, from: string, names: readonly string[]): Promise<string[][]> {
  const reader = await connection.runAndReadAll(`SELECT ${names.map(identifier).join(', ')} FROM ${from} LIMIT ${sampleRows}`)
  return reader
    .getColumnsJson()
    .map((values) => values.flatMap((value) => (typeof value === 'string' && isValue(value) ? [value.trim()] : [])))
}

const isValue = (text: string) => text.trim() !== '' && !missingWords.includes(text.trim().toLowerCase())

const patterns: Record<ColumnType, RegExp> = {
  integer: /^[+-]?\d+$/,
  number: /^[+-]?[\d.,]+(e[+-]?\d+)?$/i,
  boolean: /^(true|false)$/i,
  timestamp: /^\d{4}-\d{2}-\d{2}/,
  text: /^/,
}

/** Takes the first form of each column that every value fits, in one scan of everything; where one fails, the next is tried in another. */
async function confirm(
  connection: DuckDBConnection,
  from: string,
  names: readonly string[],
  candidates: readonly Form[][],
  notes: string[],
): Promise<(Form | null)[]> {
  const chosen: (Form | null)[] = names.map(() => null)
  const nearest: ({ type: ColumnType; wrong: number } | undefined)[] = []
  let open = names.map((_, index) => index)
  for (let place = 0; open.length > 0; place += 1) {
    const tried = open.flatMap((index) => {
      const form = candidates[index]?.[place]
      return form ? [{ index, name: names[index] ?? '', form }] : []
    })
    const counts = await countMisfits(connection, from, tried)
    open = tried.flatMap(({ index, form }, at) => {
      const { values = 0, wrong = 0 } = counts[at] ?? {}
      if (values > 0 && wrong === 0) chosen[index] = form
      if (wrong === 0) return []
      if (wrong < (nearest[index]?.wrong ?? values / 2)) nearest[index] = { type: form.type, wrong }
      return [index]
    })
  }
  for (const [index, name] of names.entries()) {
    const near = nearest[index]
    if (chosen[index] || !near) continue
    notes.push(
      `Column "${name}" looks like ${near.type}, but ${near.wrong} ${near.wrong === 1 ? 'value is' : 'values are'} not, so it is text.`,
    )
  }
  return chosen
}

async function countMisfits(
  connection: DuckDBConnection,
  from: string,
  columns: readonly { name: string; form: Form }[],
): Promise<{ values: number; wrong: number }[]> {
  if (columns.length === 0) return []
  const values = columns.map(({ name }, index) => {
    const text = `trim(${identifier(name)})`
    return `CASE WHEN lower(${text}) NOT IN ('', ${missingList}) THEN ${text} END AS v${index}`
  })
  const counts = columns.map(({ form }, index) => `count(v${index}), count(CASE WHEN NOT (${form.fits(`v${index}`)}) THEN v${index} END)`)
  const reader = await connection.runAndReadAll(`SELECT ${counts.join(', ')} FROM (SELECT ${values.join(', ')} FROM ${from})`)
  const row = reader.getRowsJson()[0] ?? []
  return columns.map((_, index) => ({ values: Number(row[index * 2]), wrong: Number(row[index * 2 + 1]) }))
}

const listed = (names: readonly string[]) => `${names.slice(0, 8).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`
