import { z } from 'zod'

/** The types a table column may have. Parquet: text VARCHAR, number DOUBLE, integer BIGINT, boolean BOOLEAN, timestamp TIMESTAMP (UTC). */
export const columnTypes = ['text', 'number', 'integer', 'boolean', 'timestamp'] as const
export type ColumnType = (typeof columnTypes)[number]

export const columnSchema = z.object({ name: z.string().min(1), type: z.enum(columnTypes) })
export type Column = z.output<typeof columnSchema>

const common = {
  name: z.string(),
  /** Rows in the table. */
  rows: z.int(),
  /** Rows without a value. */
  missing: z.int(),
  /** Distinct values, missing not counted; approximate above 10,000. */
  distinct: z.int(),
}

/** What is known of one column without reading it again; made once, when the table is written. */
export const columnStatsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('numeric'),
    ...common,
    type: z.enum(['number', 'integer', 'timestamp']),
    /** Timestamps as milliseconds since 1970, UTC. Null when every row is missing. */
    min: z.number().nullable(),
    max: z.number().nullable(),
    mean: z.number().nullable(),
    std: z.number().nullable(),
    /** p5, p25, p50, p75, p95 */
    quantiles: z.array(z.number()).length(5).nullable(),
    /** `edges` has one more entry than `counts`. */
    histogram: z.object({ edges: z.array(z.number()), counts: z.array(z.int()) }).nullable(),
  }),
  z.object({
    kind: z.literal('text'),
    ...common,
    type: z.enum(['text', 'boolean']),
    /** The most frequent values, at most 20, cut to 80 characters. */
    top: z.array(z.object({ value: z.string(), count: z.int() })),
    /** Characters. */
    meanLength: z.number().nullable(),
    maxLength: z.int().nullable(),
    /** Histogram of the lengths in characters. */
    lengths: z.object({ edges: z.array(z.number()), counts: z.array(z.int()) }).nullable(),
  }),
])
export type ColumnStats = z.output<typeof columnStatsSchema>

/** A text column with few different short values is worth showing as categories. */
export function isCategorical(stats: ColumnStats): boolean {
  return stats.kind === 'text' && stats.distinct <= 50 && (stats.maxLength ?? 0) <= 80
}
