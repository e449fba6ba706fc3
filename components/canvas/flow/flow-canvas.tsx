'use client'

import { type EdgeTypes, type NodeTypes, ReactFlow, SelectionMode, type Viewport } from '@xyflow/react'
import { useMemo, useRef, useState } from 'react'
import { useCanvas, useCanvasState } from '../canvas-context'
import { type CanvasEdge, type CanvasNode, createProjection } from '../project-graph.ts'
import { ConnectionReason } from './connection-reason'
import { fitAll } from './fit-view.ts'
import { FlowEdge } from './flow-edge'
import { NoteNode } from './note-node'
import { StageNode } from './stage-node'
import { useConnecting } from './use-connecting.ts'
import { useDropping } from './use-dropping.ts'
import { useMoving } from './use-moving.ts'

const nodeTypes: NodeTypes = { stage: StageNode, note: NoteNode }
const edgeTypes: EdgeTypes = { flow: FlowEdge }
const snapGrid: [number, number] = [4, 4]

/** Level of detail by zoom, switched by one attribute so that no component changes while the view moves. */
function detailAt(zoom: number): 'near' | 'mid' | 'far' {
  if (zoom >= 0.6) return 'near'
  return zoom >= 0.32 ? 'mid' : 'far'
}

/** What the view will show of a graph of this size once all of it is in view; the view itself says it better, but later. */
function firstDetail(stages: number): 'near' | 'far' {
  return stages > 150 ? 'far' : 'near'
}

/** The drawing surface: nodes and edges of the graph, and every gesture of the mouse. */
export function FlowCanvas() {
  const { store } = useCanvas()
  const surface = useRef<HTMLDivElement>(null)
  const graph = useCanvasState((state) => state.graph)
  const selected = useCanvasState((state) => state.selected)
  const selectedEdges = useCanvasState((state) => state.selectedEdges)
  const isLocked = useCanvasState((state) => state.locked !== null)
  const [projection] = useState(createProjection)
  const nodes = useMemo(() => projection.nodes(graph, selected, isLocked), [projection, graph, selected, isLocked])
  const edges = useMemo(() => projection.edges(graph, selectedEdges), [projection, graph, selectedEdges])
  // An empty canvas has nothing to fit: the library would wait, and move the first stage away from where it was dropped.
  const [isFitted] = useState(graph.stages.length + graph.notes.length > 0)
  const [detail] = useState(() => firstDetail(graph.stages.length))
  const moving = useMoving()
  const connecting = useConnecting()
  const dropping = useDropping()

  const showDetail = (_: unknown, { zoom }: Viewport) => {
    const detail = detailAt(zoom)
    if (surface.current && surface.current.dataset.detail !== detail) surface.current.dataset.detail = detail
  }

  return (
    <ReactFlow<CanvasNode, CanvasEdge>
      ref={surface}
      data-detail={detail}
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onlyRenderVisibleElements
      fitView={isFitted}
      fitViewOptions={fitAll}
      minZoom={0.08}
      maxZoom={2}
      snapToGrid
      snapGrid={snapGrid}
      deleteKeyCode={null}
      zoomOnDoubleClick={false}
      connectOnClick={false}
      connectionRadius={28}
      selectionMode={SelectionMode.Partial}
      nodesDraggable={!isLocked}
      nodesConnectable={!isLocked}
      edgesReconnectable={false}
      onMove={showDetail}
      onInit={(flow) => showDetail(null, flow.getViewport())}
      onPaneClick={() => store.setState({ menu: null })}
      onNodeContextMenu={(event, node) => {
        event.preventDefault()
        if (node.type === 'stage') {
          store.setState({
            selected: new Set([node.id]),
            menu: { kind: 'stage', stage: node.id, screen: { x: event.clientX, y: event.clientY } },
          })
        }
      }}
      attributionPosition="bottom-center"
      {...moving}
      {...connecting}
      {...dropping}
    >
      <ConnectionReason />
    </ReactFlow>
  )
}
