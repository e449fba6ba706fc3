import { z } from 'zod'

/** How much worse a model gets when a column's values are dealt to other rows. */
export const importanceReportSchema = z.object({
  report: z.literal('importance'),
  rows: z.int(),
  repeats: z.int(),
  metric: z.string(),
  /** The metric with all columns as they are. */
  baseline: z.number(),
  /** Most important first. */
  columns: z.array(
    z.object({
      name: z.string(),
      /** Mean loss of the metric: above 0 the column helps, near 0 it does not matter. */
      mean: z.number(),
      /** Standard deviation (n - 1) over the repeats. */
      std: z.number(),
      losses: z.array(z.number()),
    }),
  ),
})
export type ImportanceReport = z.output<typeof importanceReportSchema>
