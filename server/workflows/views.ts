import { z } from 'zod'
import { graphSchema, positionSchema } from '#core/graph/graph'
import { statuses } from '#core/runs/status'
import { figureViewSchema } from '#core/runs/views'

/** What the interface gets to see of workflows. */

const stamp = {
  number: z.int(),
  hash: z.string(),
  summary: z.string(),
  createdAt: z.date(),
  authorId: z.string().nullable(),
  authorName: z.string().nullable(),
}

export const versionLineSchema = z.object({ id: z.string(), ...stamp })
export const versionSchema = versionLineSchema.extend({ graph: graphSchema })

export const workflowSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  template: z.string().nullable(),
  ownerId: z.string().nullable(),
  ownerName: z.string().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
  archivedAt: z.date().nullable(),
  newest: versionSchema,
})

export const savedSchema = z.object({
  number: z.int(),
  hash: z.string(),
  at: z.date(),
  /** Somebody had saved in between: the graph that holds both edits. */
  merged: graphSchema.nullable(),
  unchanged: z.boolean(),
})

/** `Picture` of core/graph/picture.ts. */
export const pictureSchema = z.object({
  stages: z.array(positionSchema.extend({ type: z.string(), status: z.enum(statuses).nullable() })),
  /** Pairs of indexes into `stages`. */
  edges: z.array(z.tuple([z.int(), z.int()])),
})

export const workflowCardSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  owner: z.object({ id: z.string(), name: z.string() }).nullable(),
  updatedAt: z.date(),
  version: z.int(),
  stages: z.int(),
  picture: pictureSchema,
  lastRun: z
    .object({
      id: z.string(),
      number: z.int(),
      status: z.enum(statuses),
      at: z.date(),
      ms: z.int().nullable(),
      /** Stages that are over, stages that ended badly, and all of the run. */
      over: z.int(),
      bad: z.int(),
      total: z.int(),
    })
    .nullable(),
  /** The telling figure of the last run. */
  figure: figureViewSchema.nullable(),
  /** Deployments that serve a model made by it. */
  deployments: z.array(z.string()),
})
export type WorkflowCard = z.output<typeof workflowCardSchema>
