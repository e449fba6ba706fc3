import { z } from 'zod'
import { hashSchema } from '#core/ports/kinds'

/** The rows of a batch: a table that is there, or an uploaded file of which one is made first. */
export const batchSourceSchema = z.object({
  kind: z.enum(['table', 'file']),
  artifact: hashSchema,
  /** What people call it: "tickets, version 3", "tickets.csv". */
  name: z.string().min(1),
})
export type BatchSource = z.output<typeof batchSourceSchema>

/** What is done with the answers: a new version of the data set of this name, or a file to download. */
export const batchOutputSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('data-set'), name: z.string().trim().min(1).max(120) }),
  z.object({ kind: z.literal('file') }),
])

/** What a batch prediction is asked for beside model and rows. */
export const batchWishSchema = z.object({
  /** Columns that stand beside the answers; null for all. */
  keep: z.array(z.string()).max(2_000).nullable().default(null),
  /** A column for the probability of each class. */
  probabilities: z.boolean().default(false),
  output: batchOutputSchema.default({ kind: 'file' }),
})
export type BatchWish = z.output<typeof batchWishSchema>

/** The input of a job of kind `batch-predict`. Model and rows are fixed when it is ordered: what is live then answers all rows. */
export const batchOrderSchema = batchWishSchema.extend({ versionId: z.string(), source: batchSourceSchema })
export type BatchOrder = z.output<typeof batchOrderSchema>

/** The result of a job of kind `batch-predict`. */
export const batchResultSchema = z.object({
  model: z.string(),
  version: z.int(),
  rows: z.int(),
  artifact: hashSchema,
  bytes: z.int(),
  columns: z.array(z.string()),
  seconds: z.number(),
  /** Parts in all, and those that an earlier try had finished. */
  parts: z.int(),
  found: z.int(),
  /** The version of a data set that was made, where one was asked for. */
  dataSet: z.object({ id: z.string(), name: z.string(), version: z.int() }).nullable(),
})
export type BatchResult = z.output<typeof batchResultSchema>
