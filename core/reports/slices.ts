import { z } from 'zod'

export const intervalSchema = z.object({ low: z.number(), high: z.number() })

/** Quality on parts of the rows, by the values of one column. */
export const slicesReportSchema = z.object({
  report: z.literal('slices'),
  column: z.string(),
  rows: z.int(),
  /** `accuracy`: share of right rows, Wilson's interval. `error`: mean error, normal interval. */
  measure: z.enum(['accuracy', 'error']),
  value: z.number(),
  /** Worst first. */
  slices: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['value', 'range', 'missing', 'other']),
      /** Smallest and largest number, where the column is one. */
      range: intervalSchema.nullable(),
      rows: z.int(),
      value: z.number(),
      /** 95 %; null for an error of a single row. */
      interval: intervalSchema.nullable(),
      /** `value` minus that of all rows. */
      gap: z.number(),
      /** Of the test against the other rows, adjusted for looking at all slices. */
      adjustedP: z.number(),
    }),
  ),
})
export type SlicesReport = z.output<typeof slicesReportSchema>
