import type { Position } from '#core/graph/edit'
import { parsePortRef } from '#core/graph/graph'
import { placeStages } from '#core/graph/layers'
import { type CanvasStore, noteKey, onlySelected } from '../store.ts'

/** Selects everything. */
export function selectAll(store: CanvasStore): void {
  const { graph } = store.getState()
  store.setState({ selected: new Set([...graph.stages.map(({ id }) => id), ...graph.notes.map(({ id }) => noteKey(id))]) })
}

/** Selects one stage and nothing else. */
export function selectStage(store: CanvasStore, id: string): void {
  store.setState({ selected: new Set([id]), selectedEdges: new Set() })
}

export function selectNothing(store: CanvasStore): void {
  store.setState({ selected: new Set(), selectedEdges: new Set(), menu: null })
}

export type Direction = 'left' | 'right' | 'up' | 'down'

/** Goes from the selected stage to a neighbour: right and left along edges, else to the nearest that way. Gives where it went. */
export function walk(store: CanvasStore, direction: Direction): string | null {
  const state = store.getState()
  const { graph } = state
  const places = placeStages(graph)
  const from = onlySelected(state)
  const to = from === null ? (graph.stages[0]?.id ?? null) : (alongEdge(graph.edges, from, direction) ?? nearest(places, from, direction))
  if (to !== null) selectStage(store, to)
  return to
}

function alongEdge(edges: readonly { from: string; to: string }[], stage: string, direction: Direction): string | null {
  if (direction === 'right') {
    const next = edges.find((edge) => parsePortRef(edge.from).stage === stage)
    return next ? parsePortRef(next.to).stage : null
  }
  if (direction === 'left') {
    const before = edges.find((edge) => parsePortRef(edge.to).stage === stage)
    return before ? parsePortRef(before.from).stage : null
  }
  return null
}

function nearest(places: ReadonlyMap<string, Position>, from: string, direction: Direction): string | null {
  const here = places.get(from)
  if (!here) return null
  const reach = (place: Position) => {
    const [dx, dy] = [place.x - here.x, place.y - here.y]
    const [along, aside] = { left: [-dx, dy], right: [dx, dy], up: [-dy, dx], down: [dy, dx] }[direction]
    return along !== undefined && aside !== undefined && along > 8 ? along + 2 * Math.abs(aside) : Number.POSITIVE_INFINITY
  }
  let best: { id: string; far: number } | null = null
  for (const [id, place] of places) {
    const far = id === from ? Number.POSITIVE_INFINITY : reach(place)
    if (far < (best?.far ?? Number.POSITIVE_INFINITY)) best = { id, far }
  }
  return best?.id ?? null
}
