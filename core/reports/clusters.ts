import { z } from 'zod'

/** What sets a cluster apart: its mean of a feature against that of all rows. */
const typicalSchema = z.object({
  feature: z.string(),
  /** `number`: means in the unit of the column. `share`: shares of rows that have it (a category, a word). `scaled`: means as the model reads them. */
  kind: z.enum(['number', 'share', 'scaled']),
  cluster: z.number(),
  overall: z.number(),
  /** Difference of the means, in standard deviations over all rows. */
  deviations: z.number(),
})

/** Groups of similar rows, and what is typical of each. */
export const clustersReportSchema = z.object({
  report: z.literal('clusters'),
  rows: z.int(),
  terms: z.int(),
  /** Sum over rows of the squared distance to the mean of their cluster. */
  inertia: z.number(),
  /** Mean over a sample of rows; null where fewer than two clusters have rows. */
  silhouette: z.object({ value: z.number(), rows: z.int() }).nullable(),
  /** Largest first. */
  clusters: z.array(
    z.object({
      name: z.string(),
      rows: z.int(),
      /** Root of the mean squared distance to the cluster's mean; 0 without rows. */
      spread: z.number(),
      /** Mean over its rows in the sample; null when there are none. */
      silhouette: z.number().nullable(),
      typical: z.array(typicalSchema),
      /** Rows nearest to the cluster's mean, nearest first. */
      nearest: z.array(z.object({ row: z.int(), distance: z.number(), text: z.string() })),
    }),
  ),
  /** A sample of rows along the first two principal components; `cluster` is a place in `clusters`. */
  picture: z.object({
    /** Share of the variance that each of the two shows. */
    shares: z.tuple([z.number(), z.number()]),
    points: z.array(z.object({ row: z.int(), x: z.number(), y: z.number(), cluster: z.int() })),
  }),
  /** As in a training report. */
  parity: z.object({ rows: z.int(), native: z.number(), web: z.number() }).nullable(),
  /** Artifact of the rows with their clusters. */
  table: z.string(),
  notes: z.array(z.string()),
})
export type ClustersReport = z.output<typeof clustersReportSchema>
