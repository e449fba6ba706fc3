import { z } from 'zod'

/** What the model answers on average when one column has the same value in all rows. */
export const dependenceReportSchema = z.object({
  report: z.literal('dependence'),
  column: z.string(),
  /** Rows that were averaged over. */
  rows: z.int(),
  /** What `means` holds, in order: the classes, or the predicted number. */
  outputs: z.array(z.string()),
  /** By value, or from the most frequent category on. */
  points: z.array(z.object({ value: z.union([z.number(), z.string()]), means: z.array(z.number()) })),
})
export type DependenceReport = z.output<typeof dependenceReportSchema>
