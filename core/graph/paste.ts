import { z } from 'zod'
import { freshId, type Position, stageIds } from './edit'
import { type Graph, graphEdgeSchema, graphStageSchema, noteSchema, parsePortRef } from './graph'

/** Part of a graph as it travels through the clipboard: readable, the same words as the workflow file, no secrets (params only name them). */
export const graphPartSchema = z.object({
  format: z.literal('stageline/1'),
  stages: z.array(graphStageSchema).max(2000),
  edges: z.array(graphEdgeSchema).max(8000).default([]),
  notes: z.array(noteSchema).max(500).default([]),
})
export type GraphPart = z.output<typeof graphPartSchema>

/** The chosen stages and notes with the edges between them. */
export function copyPart(graph: Graph, stages: ReadonlySet<string>, notes: ReadonlySet<string> = new Set()): GraphPart {
  return {
    format: 'stageline/1',
    stages: graph.stages.filter((stage) => stages.has(stage.id)),
    edges: graph.edges.filter((edge) => stages.has(parsePortRef(edge.from).stage) && stages.has(parsePortRef(edge.to).stage)),
    notes: graph.notes.filter((note) => notes.has(note.id)),
  }
}

/** Reads clipboard text; null when it is not a part of a workflow. A whole workflow file is one. */
export function readPart(text: string): GraphPart | null {
  try {
    const parsed = graphPartSchema.safeParse(JSON.parse(text))
    return parsed.success && parsed.data.stages.length + parsed.data.notes.length > 0 ? parsed.data : null
  } catch {
    return null // not JSON: something else was copied
  }
}

/** Adds a part under new ids with its top left corner at `at`; says which ids are new. */
export function pastePart(graph: Graph, part: GraphPart, at: Position): { graph: Graph; stages: string[]; notes: string[] } {
  const taken = stageIds(graph)
  const notesTaken = new Set(graph.notes.map((note) => note.id))
  const renamed = new Map<string, string>()
  for (const { id } of part.stages) {
    const fresh = freshId(taken, id)
    taken.add(fresh)
    renamed.set(id, fresh)
  }
  const shift = offsetTo(part, at)
  const ref = (old: string): string | undefined => {
    const { stage, port } = parsePortRef(old)
    const id = renamed.get(stage)
    return id === undefined ? undefined : `${id}.${port}`
  }
  const stages = part.stages.map((stage, i) => ({ ...stage, id: renamed.get(stage.id) ?? stage.id, position: shift(stage.position, i) }))
  const edges = part.edges.flatMap((edge) => {
    const [from, to] = [ref(edge.from), ref(edge.to)]
    return from !== undefined && to !== undefined ? [{ from, to }] : []
  })
  const notes = part.notes.map((note, i) => {
    const id = freshId(notesTaken, note.id)
    notesTaken.add(id)
    return { ...note, id, position: shift(note.position, part.stages.length + i) }
  })
  return {
    graph: { ...graph, stages: [...graph.stages, ...stages], edges: [...graph.edges, ...edges], notes: [...graph.notes, ...notes] },
    stages: stages.map((stage) => stage.id),
    notes: notes.map((note) => note.id),
  }
}

/** A part without positions is laid in a row. */
function offsetTo(part: GraphPart, at: Position): (position: Position | undefined, index: number) => Position {
  const placed = [...part.stages, ...part.notes].flatMap(({ position }) => (position ? [position] : []))
  const left = Math.min(...placed.map((position) => position.x))
  const top = Math.min(...placed.map((position) => position.y))
  return (position, index) => (position ? { x: position.x - left + at.x, y: position.y - top + at.y } : { x: at.x + index * 276, y: at.y })
}
