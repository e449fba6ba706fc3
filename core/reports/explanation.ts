import { z } from 'zod'
import { dependenceReportSchema } from './dependence'
import { importanceReportSchema } from './importance'

/** What a model goes by: which columns matter to it, and what it answers as they change. */
export const explanationReportSchema = z.object({
  report: z.literal('explanation'),
  importance: importanceReportSchema,
  /** Of the most important columns, the first one first. */
  dependence: z.array(dependenceReportSchema),
  /** Columns that were left out, and why, in sentences. */
  notes: z.array(z.string()),
})
export type ExplanationReport = z.output<typeof explanationReportSchema>
