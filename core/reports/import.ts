import { z } from 'zod'

/** How a model from an .onnx file was taken over: what the file says, how it is fed, and what it answered to a sample. */
export const importReportSchema = z.object({
  report: z.literal('import'),
  file: z.string(),
  bytes: z.int(),
  /** Who wrote it, with the version; '' when the file does not say. */
  producer: z.string(),
  irVersion: z.int(),
  opsets: z.array(z.object({ domain: z.string(), version: z.int() })),
  operators: z.array(z.object({ domain: z.string(), name: z.string(), count: z.int() })),
  /** Each input of the file, and the columns that it is put together from. */
  inputs: z.array(z.object({ name: z.string(), tensor: z.string(), columns: z.array(z.string()) })),
  answer: z.object({
    /** The output that holds the numbers, as the file names it. */
    output: z.string(),
    form: z.enum(['probabilities', 'logits', 'number']),
    /** Where the label comes from. */
    label: z.enum(['file', 'most probable']).nullable(),
    target: z.string(),
    classes: z.array(z.string()),
  }),
  /** Rows that were answered, and the largest difference between the two runtimes, and between a row alone and among others. */
  rows: z.int(),
  parity: z.object({ rows: z.int(), runtimes: z.number(), alone: z.number() }),
  /** Rows per class as answered; empty when a number is answered. */
  predicted: z.array(z.object({ name: z.string(), rows: z.int() })),
  /** Some rows of the sample with what the model answered; `confidence` null when it is a number. */
  samples: z.array(
    z.object({
      row: z.int(),
      inputs: z.array(z.string()),
      answer: z.string(),
      confidence: z.number().nullable(),
      right: z.string().nullable(),
    }),
  ),
  notes: z.array(z.string()),
})
export type ImportReport = z.output<typeof importReportSchema>
