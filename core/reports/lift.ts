import { z } from 'zod'

/** Of the rows by falling probability, one class against the rest: how many of the class a tenth, two tenths … hold. */
const ranked = z.object({
  name: z.string(),
  /** Rows of the class. */
  positives: z.int(),
  /** Ten parts of the rows, the most probable first; rows of one probability are spread evenly over the parts they fall in. */
  deciles: z.array(
    z.object({
      decile: z.int(),
      /** Share of the part that is of the class. */
      rate: z.number(),
      /** `rate` over that of all rows: 2 is twice as good as drawing at random. */
      lift: z.number(),
      /** Share of the class in this part and those before, and over their share of the rows. */
      gain: z.number(),
      cumulativeLift: z.number(),
    }),
  ),
  /** Share of the rows -> share of the class, both ends included, at most 200 points. */
  curve: z.array(z.object({ x: z.number(), y: z.number() })),
})

/** Lift and gain per class; classes without rows are left out. */
export const liftReportSchema = z.object({ report: z.literal('lift'), rows: z.int(), classes: z.array(ranked) })
export type LiftReport = z.output<typeof liftReportSchema>

/** The same without its curve, which the counts of the thresholds hold as well. */
export const liftDecilesSchema = ranked.omit({ curve: true })
export type LiftDeciles = z.output<typeof liftDecilesSchema>
