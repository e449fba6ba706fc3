import { z } from 'zod'

export const intervalSchema = z.object({ low: z.number(), high: z.number() })

/** Quality on parts of the rows, by the values of some columns. */
export const slicesReportSchema = z.object({
  report: z.literal('slices'),
  /** Columns that cut the rows, each on its own. */
  columns: z.array(z.string()),
  rows: z.int(),
  /** `accuracy`: share of right rows, Wilson's interval. `error`: mean error, normal interval. */
  measure: z.enum(['accuracy', 'error']),
  value: z.number(),
  /** Slices with fewer rows are shown, but no figure of the report is taken from them. */
  minRows: z.int(),
  /** Of all columns, worst first. */
  slices: z.array(
    z.object({
      column: z.string(),
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
      /** Of the test against the other rows, adjusted for looking at all slices of all columns. */
      adjustedP: z.number(),
    }),
  ),
})
export type SlicesReport = z.output<typeof slicesReportSchema>

/** The worst slice among those with enough rows to be judged by; null when there is none. */
export function worstSlice({ slices, minRows }: SlicesReport): SlicesReport['slices'][number] | null {
  return slices.find(({ rows }) => rows >= minRows) ?? null
}
