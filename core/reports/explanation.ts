import { z } from 'zod'
import { dependenceReportSchema } from './dependence'
import { importanceReportSchema } from './importance'
import { explainedRowSchema } from './row-reasons'

/** What a model goes by: which columns matter to it, and what it answers as they change. */
export const explanationReportSchema = z.object({
  report: z.literal('explanation'),
  importance: importanceReportSchema,
  /** Of the most important columns, the first one first. */
  dependence: z.array(dependenceReportSchema),
  /** Single rows; absent in reports of earlier versions, and where the model keeps nothing to explain them by. */
  rows: z.array(explainedRowSchema).optional(),
  /** What the model answers. */
  target: z.string().optional(),
  /** Artifacts of the table that these are rows of, and of the table that the model was trained on. */
  table: z.string().optional(),
  trained: z.string().optional(),
  /** Columns that were left out, and why, in sentences. */
  notes: z.array(z.string()),
})
export type ExplanationReport = z.output<typeof explanationReportSchema>
