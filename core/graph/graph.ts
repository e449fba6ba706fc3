import { z } from 'zod'

/** Ids are chosen by people and programs alike: short, readable, safe in a path and in `stage.port`. */
export const stageIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'A stage id is lower-case letters, digits and hyphens, at most 40, and starts with a letter.')

export const positionSchema = z.object({ x: z.number(), y: z.number() })

export const graphStageSchema = z.object({
  id: stageIdSchema,
  type: z.string().min(1),
  /** The version of the stage type that the params were written for; 1 when absent. */
  version: z.int().positive().optional(),
  /** What the person calls this stage; the spec's title when absent. */
  title: z.string().max(80).optional(),
  params: z.record(z.string(), z.unknown()),
  /** What people wrote down about it; changes no result. */
  note: z.string().max(4000).optional(),
  position: positionSchema.optional(),
})
export type GraphStage = z.output<typeof graphStageSchema>

/** `stage.port` */
export const portRefSchema = z.string().regex(/^[a-z][a-z0-9-]{0,39}\.[a-z][A-Za-z0-9]*$/)

export const graphEdgeSchema = z.object({ from: portRefSchema, to: portRefSchema })
export type GraphEdge = z.output<typeof graphEdgeSchema>

export const noteSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  text: z.string().max(4000),
  position: positionSchema.optional(),
  width: z.number().optional(),
  height: z.number().optional(),
})
export type Note = z.output<typeof noteSchema>

/** What a workflow version holds. Run state never lives here. */
export const graphSchema = z.object({
  stages: z.array(graphStageSchema).max(2000),
  edges: z.array(graphEdgeSchema).max(8000),
  notes: z.array(noteSchema).max(500).default([]),
  /** All randomness of a run derives from it. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(42),
})
export type Graph = z.output<typeof graphSchema>

export const emptyGraph: Graph = { stages: [], edges: [], notes: [], seed: 42 }

/** The file people review in git; docs/workflow-format.md. */
export const workflowFileSchema = graphSchema.extend({
  format: z.literal('stageline/1'),
  name: z.string().min(1).max(120),
  description: z.string().max(2000).optional(),
})
export type WorkflowFile = z.output<typeof workflowFileSchema>

/** Splits `stage.port`; the schema has already checked the shape. */
export function parsePortRef(ref: string): { stage: string; port: string } {
  const dot = ref.indexOf('.')
  return { stage: ref.slice(0, dot), port: ref.slice(dot + 1) }
}
