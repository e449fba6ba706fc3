import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  type DuckDBResultReader,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api'

export type PlainValue = string | number | boolean | null | PlainValue[]

/** Rows as objects of plain values. */
export function plainRows(reader: DuckDBResultReader): Record<string, PlainValue>[] {
  return reader.getRowObjects().map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)])))
}

/** A DuckDB value that survives JSON: integers above 2^53 as text, timestamps and dates as ISO 8601 in UTC, anything else odd as DuckDB prints it. */
export function plainValue(value: DuckDBValue): PlainValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return iso(Number(value.micros) / 1000, value)
  if (value instanceof DuckDBTimestampMillisecondsValue) return iso(Number(value.millis), value)
  if (value instanceof DuckDBDateValue) return iso(value.days * 86_400_000, value)
  if (value instanceof DuckDBDecimalValue) return value.toDouble()
  if (typeof value === 'object' && 'items' in value && Array.isArray(value.items))
    return value.items.map((item: DuckDBValue) => plainValue(item))
  return String(value)
}

/** ISO text where JavaScript's dates reach, DuckDB's own text beyond. */
function iso(ms: number, value: DuckDBValue): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(value)
}
