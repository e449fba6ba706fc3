import { z } from 'zod'
import { columnSchema } from './columns'

/** Some rows of a table as the browser gets them: plain values, long texts cut, timestamps as ISO 8601, integers above 2^53 as text. */
export const tablePreviewSchema = z.object({
  /** The columns shown; at most 300 of `columnCount`. */
  columns: z.array(columnSchema),
  columnCount: z.int(),
  rowCount: z.int(),
  offset: z.int(),
  /** Cells in the order of `columns`. */
  rows: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))),
})
export type TablePreview = z.output<typeof tablePreviewSchema>
