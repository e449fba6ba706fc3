import { type Edge, type Node, Position } from '@xyflow/react'
import type { Graph, GraphEdge, GraphStage, Note } from '#core/graph/graph'
import { parsePortRef } from '#core/graph/graph'
import { placeStages } from '#core/graph/layers'
import { type EdgeWay, lanes } from './flow/edge-path.ts'
import { nodeLayout, nodeWidth } from './stage-shape.ts'
import { noteKey } from './store.ts'

export type StageNodeType = Node<{ stage: GraphStage }, 'stage'>
export type NoteNodeType = Node<{ note: Note }, 'note'>
export type CanvasNode = StageNodeType | NoteNodeType
export type CanvasEdge = Edge<EdgeWay, 'flow'>

export const noteSize = { width: 208, height: 120 }

/** Free space that is usual between two rows of nodes. */
const rowGap = 50

/** Handles are 11 px wide; an edge ends in the middle of its port. */
const handle = 11

/**
 * Turns the graph into what the canvas library draws. An element whose part of the graph did not change is the very
 * same object as before, so that nothing else is drawn again. Sizes and ports are given, never measured.
 */
export function createProjection() {
  let stages = new Map<string, { stage: GraphStage; selected: boolean; node: StageNodeType }>()
  let notes = new Map<string, { note: Note; selected: boolean; node: NoteNodeType }>()
  let edges = new Map<string, { edge: GraphEdge; selected: boolean; way: EdgeWay; drawn: CanvasEdge }>()

  return {
    nodes(graph: Graph, selected: ReadonlySet<string>, locked: boolean): CanvasNode[] {
      const nextStages: typeof stages = new Map()
      const nextNotes: typeof notes = new Map()
      const places = placeStages(graph)
      const stageNodes = graph.stages.map((stage) => {
        const known = stages.get(stage.id)
        const isSelected = selected.has(stage.id)
        const entry =
          known?.stage === stage && known.selected === isSelected
            ? known
            : { stage, selected: isSelected, node: stageNode(stage, places.get(stage.id) ?? { x: 0, y: 0 }, isSelected) }
        nextStages.set(stage.id, entry)
        return entry.node
      })
      const noteNodes = graph.notes.map((note) => {
        const known = notes.get(note.id)
        const isSelected = selected.has(noteKey(note.id))
        const entry =
          known?.note === note && known.selected === isSelected
            ? known
            : { note, selected: isSelected, node: noteNode(note, isSelected, locked) }
        nextNotes.set(note.id, entry)
        return entry.node
      })
      stages = nextStages
      notes = nextNotes
      return [...noteNodes, ...stageNodes]
    },

    edges(graph: Graph, selected: ReadonlySet<string>): CanvasEdge[] {
      const next: typeof edges = new Map()
      const types = new Map(graph.stages.map(({ id, type }) => [id, type]))
      const drawn = graph.edges.map((edge, index) => {
        const known = edges.get(edge.to)
        const isSelected = selected.has(edge.to)
        const way = { under: spaceUnder(edge.from, types), lane: index % lanes }
        const same =
          known?.selected === isSelected && known.edge.from === edge.from && known.way.lane === way.lane && known.way.under === way.under
        const entry = same ? known : { edge, selected: isSelected, way, drawn: flowEdge(edge, isSelected, way) }
        next.set(edge.to, entry)
        return entry.drawn
      })
      edges = next
      return drawn
    },
  }
}

function stageNode(stage: GraphStage, position: { x: number; y: number }, selected: boolean): StageNodeType {
  const { height, ports } = nodeLayout(stage.type)
  return {
    id: stage.id,
    type: 'stage',
    position,
    data: { stage },
    selected,
    width: nodeWidth,
    height,
    measured: { width: nodeWidth, height },
    handles: ports.map(({ port, side, y }) => ({
      id: port,
      type: side === 'inputs' ? 'target' : 'source',
      position: side === 'inputs' ? Position.Left : Position.Right,
      x: (side === 'inputs' ? 0 : nodeWidth) - handle / 2,
      y: y - handle / 2,
      width: handle,
      height: handle,
    })),
  }
}

function noteNode(note: Note, selected: boolean, locked: boolean): NoteNodeType {
  const size = { width: note.width ?? noteSize.width, height: note.height ?? noteSize.height }
  return {
    id: noteKey(note.id),
    type: 'note',
    position: note.position ?? { x: 0, y: 0 },
    data: { note },
    selected,
    connectable: false,
    draggable: !locked,
    zIndex: -1,
    ...size,
    measured: size,
  }
}

/** From an output to the middle of the gap under its node. */
function spaceUnder(from: string, types: ReadonlyMap<string, string>): number {
  const { stage, port } = parsePortRef(from)
  const { height, ports } = nodeLayout(types.get(stage) ?? '')
  const y = ports.find((place) => place.side === 'outputs' && place.port === port)?.y ?? height / 2
  return height - y + rowGap / 2
}

function flowEdge({ from, to }: GraphEdge, selected: boolean, data: EdgeWay): CanvasEdge {
  const [source, target] = [parsePortRef(from), parsePortRef(to)]
  return {
    id: `${from} ${to}`,
    type: 'flow',
    source: source.stage,
    sourceHandle: source.port,
    target: target.stage,
    targetHandle: target.port,
    data,
    selected,
  }
}
