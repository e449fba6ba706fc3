import { z } from 'zod'

/** Rows whose label is probably wrong, found from out-of-fold probabilities. */
export const labelErrorsReportSchema = z.object({
  report: z.literal('label-errors'),
  rows: z.int(),
  /** Rows in the list below, were it not cut. */
  found: z.int(),
  /** How many labels are wrong in all, as the joint estimates it. */
  estimated: z.number(),
  classes: z.array(
    z.object({
      name: z.string(),
      rows: z.int(),
      /** Mean probability of the class over the rows labelled so; null without rows. */
      threshold: z.number().nullable(),
      found: z.int(),
    }),
  ),
  /** [label][probable class]: rows that are confidently of a class; only when there are at most 100 classes. */
  joint: z.array(z.array(z.int())).nullable(),
  /** The most frequent confusions of labels, at most 50. */
  pairs: z.array(z.object({ label: z.string(), probable: z.string(), rows: z.int() })),
  /** Artifact of the rows that the issues are rows of. */
  table: z.string().optional(),
  /** The surest first, at most 500. */
  issues: z.array(
    z.object({
      row: z.int(),
      label: z.string(),
      probable: z.string(),
      labelProbability: z.number(),
      probability: z.number(),
      /** Probability of the label minus the highest of the other classes. */
      margin: z.number(),
      text: z.string(),
    }),
  ),
})
export type LabelErrorsReport = z.output<typeof labelErrorsReportSchema>
