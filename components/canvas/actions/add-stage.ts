import { portOfKind, refusal } from '#core/graph/compatible'
import { addStage, connect, freshId, type Position, stageIds } from '#core/graph/edit'
import type { Graph } from '#core/graph/graph'
import { placeStages } from '#core/graph/layers'
import { insertOnEdge, replaceStage } from '#core/graph/rewire'
import { newStage, nodeLayout, nodeWidth, shapeOf } from '../stage-shape.ts'
import { type CanvasStore, type OpenEnd, onlySelected, stageOf } from '../store.ts'
import { editGraph } from './edit-graph.ts'

/** Space between a node and the one that follows it. */
export const nodeGap = 56

type Where = {
  /** Top left corner of the new node. */
  at: Position
  /** Join it with this port, as one step. */
  from?: OpenEnd | null
  /** Put it into the edge that leads into this input. */
  intoEdge?: string | null
  /** Put it in the place of this stage. */
  inPlaceOf?: string | null
}

/** Adds a stage and joins it as asked, as one step of the history; selects it. Gives its id, or null when nothing may change. */
export function addStageAt(store: CanvasStore, type: string, { at, from, intoEdge, inPlaceOf }: Where): string | null {
  const { graph } = store.getState()
  if (inPlaceOf) {
    const done = editGraph(store, (before) => replaceStage(before, inPlaceOf, newStage(type, inPlaceOf, at), shapeOf))
    if (done) store.setState({ selected: new Set([inPlaceOf]), menu: null })
    return done ? inPlaceOf : null
  }
  const id = freshId(stageIds(graph), type)
  const stage = newStage(type, id, { x: Math.round(at.x), y: Math.round(at.y) })
  const edge = intoEdge ? graph.edges.find(({ to }) => to === intoEdge) : undefined
  const done = editGraph(store, (before) => {
    if (edge) return insertOnEdge(before, stage, edge, shapeOf) ?? addStage(before, stage)
    const added = addStage(before, stage)
    return from ? joinWith(added, from, id, type) : added
  })
  if (!done) return null
  store.setState({ selected: new Set([id]), selectedEdges: new Set(), menu: null })
  return id
}

/** Adds a stage right of the only selected one and joins them where they fit; else where `fallback` says. */
export function addStageNext(store: CanvasStore, type: string, fallback: Position): string | null {
  const state = store.getState()
  const beside = onlySelected(state)
  const from = beside === null ? null : openOutput(state.graph, beside, type)
  const at = beside === null ? fallback : (rightOf(state.graph, beside) ?? fallback)
  return addStageAt(store, type, { at: freePlace(state.graph, at, type), from })
}

/** The output of a stage that a stage of `type` could take, or null. */
export function openOutput(graph: Graph, stage: string, type: string): OpenEnd | null {
  const outputs = shapeOf(graph.stages.find(({ id }) => id === stage)?.type ?? '')?.outputs ?? {}
  const inputs = shapeOf(type)?.inputs ?? {}
  const port = Object.entries(outputs).find(([, output]) => Object.values(inputs).some(({ kind }) => kind === output.kind))
  return port ? { ref: `${stage}.${port[0]}`, side: 'outputs' } : null
}

/** The place right of a stage. */
export function rightOf(graph: Graph, stage: string): Position | null {
  const place = placeStages(graph).get(stage)
  return place ? { x: place.x + nodeWidth + nodeGap, y: place.y } : null
}

/** `at`, or the first place below it where nothing lies. */
export function freePlace(graph: Graph, at: Position, type: string): Position {
  const { height } = nodeLayout(type)
  const places = [...placeStages(graph)]
  const types = new Map(graph.stages.map((stage) => [stage.id, stage.type]))
  const covers = (y: number) =>
    places.find(([id, other]) => {
      const tall = nodeLayout(types.get(id) ?? '').height
      return Math.abs(other.x - at.x) < nodeWidth + 8 && y < other.y + tall + 8 && other.y < y + height + 8
    })
  let y = at.y
  for (let hit = covers(y); hit; hit = covers(y)) y = hit[1].y + nodeLayout(types.get(hit[0]) ?? '').height + 24
  return { x: at.x, y }
}

function joinWith(graph: Graph, from: OpenEnd, id: string, type: string): Graph {
  const shape = shapeOf(type)
  const sourceType = graph.stages.find((stage) => stage.id === stageOf(from.ref))?.type
  const port = from.ref.slice(from.ref.indexOf('.') + 1)
  const kind = shapeOf(sourceType ?? '')?.[from.side][port]?.kind
  if (!shape || !kind) return graph
  const own = portOfKind(shape, from.side === 'outputs' ? 'inputs' : 'outputs', kind)
  if (own === undefined) return graph
  const [output, input] = from.side === 'outputs' ? [from.ref, `${id}.${own}`] : [`${id}.${own}`, from.ref]
  return refusal(graph, output, input, shapeOf) === null ? connect(graph, output, input) : graph
}
