import type { EdgeChange, NodeChange, OnNodeDrag } from '@xyflow/react'
import { useMemo } from 'react'
import { type Position, place } from '#core/graph/edit'
import type { Graph } from '#core/graph/graph'
import { insertOnEdge } from '#core/graph/rewire'
import { closeStep, editGraph, openStep } from '../actions/edit-graph.ts'
import { useCanvas } from '../canvas-context'
import type { CanvasEdge, CanvasNode } from '../project-graph.ts'
import { shapeOf } from '../stage-shape.ts'
import { type CanvasStore, noteOfKey } from '../store.ts'
import { edgeAt } from './drop-target.ts'

/** Moving and selecting. A drag is one step of the history; a free stage that is dropped on an edge goes into it. */
export function useMoving() {
  const { store } = useCanvas()
  return useMemo(() => {
    let dragFrom: Graph | null = null
    const onNodeDragStart: OnNodeDrag<CanvasNode> = () => {
      dragFrom = openStep(store)
    }
    const onNodeDragStop: OnNodeDrag<CanvasNode> = (event, node, nodes) => {
      if (!dragFrom) return
      const from = dragFrom
      dragFrom = null
      if (nodes.length === 1 && node.type === 'stage') putIntoEdge(store, node.id, event)
      closeStep(store, from)
    }
    return {
      onNodesChange: (changes: NodeChange<CanvasNode>[]) => takeChanges(store, changes, dragFrom !== null),
      onEdgesChange: (changes: EdgeChange<CanvasEdge>[]) => selectEdges(store, changes),
      onNodeDragStart,
      onNodeDragStop,
      onSelectionDragStart: () => {
        dragFrom = openStep(store)
      },
      onSelectionDragStop: () => {
        if (dragFrom) closeStep(store, dragFrom)
        dragFrom = null
      },
    }
  }, [store])
}

function takeChanges(store: CanvasStore, changes: NodeChange<CanvasNode>[], isDragging: boolean): void {
  const stages = new Map<string, Position>()
  const notes = new Map<string, Position>()
  const selected = new Set(store.getState().selected)
  let isSelecting = false
  for (const change of changes) {
    if (change.type === 'position' && change.position) {
      const note = noteOfKey(change.id)
      if (note === null) stages.set(change.id, change.position)
      else notes.set(note, change.position)
    }
    if (change.type === 'select') {
      isSelecting = true
      if (change.selected) selected.add(change.id)
      else selected.delete(change.id)
    }
  }
  if (isSelecting) store.setState({ selected })
  if (stages.size + notes.size === 0) return
  // Outside a drag it is the arrow keys: strokes soon after one another are one step.
  editGraph(store, (graph) => place(graph, stages, notes), isDragging ? undefined : 'nudge')
}

function selectEdges(store: CanvasStore, changes: EdgeChange<CanvasEdge>[]): void {
  const selectedEdges = new Set(store.getState().selectedEdges)
  for (const change of changes) {
    if (change.type !== 'select') continue
    const to = change.id.slice(change.id.indexOf(' ') + 1)
    if (change.selected) selectedEdges.add(to)
    else selectedEdges.delete(to)
  }
  store.setState({ selectedEdges })
}

/** A stage without any edge, dropped on an edge. */
function putIntoEdge(store: CanvasStore, id: string, event: MouseEvent | TouchEvent | { clientX: number; clientY: number }): void {
  const { graph } = store.getState()
  if (!('clientX' in event) || graph.edges.some(({ from, to }) => from.startsWith(`${id}.`) || to.startsWith(`${id}.`))) return
  const into = edgeAt(event.clientX, event.clientY)
  const edge = graph.edges.find(({ to }) => to === into)
  const stage = graph.stages.find((other) => other.id === id)
  if (edge && stage) editGraph(store, (before) => insertOnEdge(before, stage, edge, shapeOf) ?? before)
}
