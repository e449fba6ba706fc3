import { type Position, place } from './edit'
import { type Graph, parsePortRef } from './graph'
import { inOrder } from './reach'

const columnWidth = 276
const rowHeight = 132

/**
 * A place for every stage: its own where it has one, else a column right of all that feeds it and a free row there.
 * Good enough to open a file without positions and to draw a small picture; the canvas tidies up better.
 */
export function placeStages(graph: Pick<Graph, 'stages' | 'edges'>): Map<string, Position> {
  const placed = new Map(graph.stages.flatMap((stage) => (stage.position ? [[stage.id, stage.position] as const] : [])))
  if (placed.size === graph.stages.length) return placed
  const column = new Map<string, number>()
  const feeders = new Map<string, string[]>()
  for (const edge of graph.edges) {
    const target = parsePortRef(edge.to).stage
    feeders.set(target, [...(feeders.get(target) ?? []), parsePortRef(edge.from).stage])
  }
  for (const id of inOrder(graph)) {
    column.set(id, Math.max(-1, ...(feeders.get(id) ?? []).map((feeder) => column.get(feeder) ?? -1)) + 1)
  }
  // Below whatever already has a place, so that nothing is covered.
  const top = placed.size === 0 ? 0 : Math.max(...[...placed.values()].map((position) => position.y)) + rowHeight
  const rows = new Map<number, number>()
  for (const { id } of graph.stages) {
    if (placed.has(id)) continue
    const x = column.get(id) ?? 0
    const row = rows.get(x) ?? 0
    rows.set(x, row + 1)
    placed.set(id, { x: x * columnWidth, y: top + row * rowHeight })
  }
  return placed
}

/** The graph with a place for every stage. */
export function withPlaces(graph: Graph): Graph {
  return place(graph, placeStages(graph))
}
