import type { ErrorHint } from '#core/errors/app-error'
import { addStage, freshId, setParam, stageIds } from '#core/graph/edit'
import { parsePortRef } from '#core/graph/graph'
import { placeStages } from '#core/graph/layers'
import { insertOnEdge } from '#core/graph/rewire'
import { newStage, shapeOf } from '../stage-shape.ts'
import type { CanvasStore } from '../store.ts'
import { freePlace } from './add-stage.ts'
import { editGraph } from './edit-graph.ts'

/**
 * Presses the button that a failure offers, as one step: `insert-stage` puts a stage before the one that failed,
 * `set-param` sets the param that the hint names. `open-data` is a link and changes nothing here.
 */
export function applyFix(store: CanvasStore, stage: string, { fix, param }: ErrorHint): boolean {
  switch (fix?.kind) {
    case 'insert-stage':
      return insertBefore(store, stage, fix.value)
    case 'set-param':
      return param !== undefined && editGraph(store, (graph) => setParam(graph, stage, param, readValue(fix.value)))
    case 'open-data':
    case undefined:
      return false
  }
}

function insertBefore(store: CanvasStore, stage: string, type: string): boolean {
  const { graph } = store.getState()
  const places = placeStages(graph)
  const id = freshId(stageIds(graph), type)
  for (const edge of graph.edges.filter(({ to }) => parsePortRef(to).stage === stage)) {
    const [from, to] = [places.get(parsePortRef(edge.from).stage), places.get(stage)]
    const between = from && to ? { x: Math.round((from.x + to.x) / 2), y: Math.round((from.y + to.y) / 2) } : { x: 0, y: 0 }
    const made = newStage(type, id, freePlace(graph, between, type))
    const done = editGraph(store, (before) => insertOnEdge(before, made, edge, shapeOf) ?? before)
    if (done) {
      store.setState({ selected: new Set([id]) })
      return true
    }
  }
  return editGraph(store, (before) => addStage(before, newStage(type, id, freePlace(before, { x: 0, y: 0 }, type))))
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // a bare word means itself
  }
}
