import type { Status } from '#core/runs/status'
import { type Graph, parsePortRef } from './graph'
import { placeStages } from './layers'

/** A graph small enough to draw on a card: where its stages lie, what they are, which are joined (pairs of indexes). */
export type Picture = { stages: { x: number; y: number; type: string; status: Status | null }[]; edges: [number, number][] }

/** What is needed to draw a graph small; `statusOf` says how each stage did in its last run. */
export function drawPicture(graph: Graph, statusOf: ReadonlyMap<string, Status> = new Map()): Picture {
  const places = placeStages(graph)
  const index = new Map(graph.stages.map((stage, i) => [stage.id, i]))
  return {
    stages: graph.stages.map((stage) => ({
      ...(places.get(stage.id) ?? { x: 0, y: 0 }),
      type: stage.type,
      status: statusOf.get(stage.id) ?? null,
    })),
    edges: graph.edges.flatMap((edge): [number, number][] => {
      const [from, to] = [index.get(parsePortRef(edge.from).stage), index.get(parsePortRef(edge.to).stage)]
      return from === undefined || to === undefined ? [] : [[from, to]]
    }),
  }
}
