import { z } from 'zod'

/** Which rows are unlike the others, and in which columns. */
export const anomaliesReportSchema = z.object({
  report: z.literal('anomalies'),
  rows: z.int(),
  terms: z.int(),
  /** Expected share of anomalies. */
  expected: z.number(),
  /** Rows that are called anomalies: those that score at or above the threshold. */
  called: z.int(),
  threshold: z.number(),
  /** Scores of all rows; `edges` has one more entry than `counts`. */
  scores: z.object({ edges: z.array(z.number()), counts: z.array(z.int()) }),
  /** The most unusual rows, at most 50, most unusual first. */
  unusual: z.array(
    z.object({
      row: z.int(),
      score: z.number(),
      text: z.string(),
      /** Columns whose usual value instead would lower the score most, at most three, with the score that the row would have. */
      columns: z.array(z.object({ column: z.string(), value: z.string(), usual: z.string(), score: z.number() })),
    }),
  ),
  /** How often a column is the first reason among the listed rows, most often first. */
  reasons: z.array(z.object({ column: z.string(), rows: z.int() })),
  /** As in a training report. */
  parity: z.object({ rows: z.int(), native: z.number(), web: z.number() }).nullable(),
  /** Artifact of the rows with their scores. */
  table: z.string(),
  notes: z.array(z.string()),
})
export type AnomaliesReport = z.output<typeof anomaliesReportSchema>
