'use client'

import { MiniMap, type ReactFlowState, useReactFlow, useStore } from '@xyflow/react'
import { Maximize, Minus, Network, Plus, Redo2, StickyNote, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useStore as useZustand } from 'zustand'
import { IconButton } from '#components/ui/button'
import { tellError } from '#components/ui/toasts'
import { findSpec } from '#stages/specs'
import { redo, undo } from './actions/edit-graph.ts'
import { addNote } from './actions/notes.ts'
import { useCanvas, useCanvasState } from './canvas-context'
import { fitAll } from './flow/fit-view.ts'
import { tidyUp } from './layout/tidy-up.ts'
import type { CanvasNode } from './project-graph.ts'

const small = 'i s'

/** Undo, redo, note, tidy up. */
export function EditTools() {
  const { store } = useCanvas()
  const { screenToFlowPosition, fitView } = useReactFlow()
  const locked = useCanvasState((state) => state.locked)
  const steps = useZustand(store.temporal, (history) => history.pastStates.length)
  const undone = useZustand(store.temporal, (history) => history.futureStates.length)
  const [isTidying, setTidying] = useState(false)
  const tidy = async () => {
    setTidying(true)
    try {
      await tidyUp(store)
      await fitView({ ...fitAll, duration: 200 })
    } catch (error) {
      tellError('Not tidied up', error)
    } finally {
      setTidying(false)
    }
  }
  const note = () => {
    const box = document.querySelector('.canvas .react-flow')?.getBoundingClientRect()
    addNote(store, screenToFlowPosition({ x: (box?.left ?? 0) + 80, y: (box?.top ?? 0) + 96 }))
  }
  return (
    <div className="float tools" role="toolbar" aria-label="Edit">
      <IconButton
        quiet
        size="sm"
        label="Undo, Ctrl Z"
        refusal={locked ?? (steps === 0 ? 'Nothing to undo' : null)}
        onClick={() => undo(store)}
      >
        <Undo2 className={small} aria-hidden />
      </IconButton>
      <IconButton
        quiet
        size="sm"
        label="Redo, Ctrl Shift Z"
        refusal={locked ?? (undone === 0 ? 'Nothing to redo' : null)}
        onClick={() => redo(store)}
      >
        <Redo2 className={small} aria-hidden />
      </IconButton>
      <span className="vr" />
      <IconButton quiet size="sm" label="Add note, N" refusal={locked} onClick={note}>
        <StickyNote className={small} aria-hidden />
      </IconButton>
      <IconButton quiet size="sm" label="Tidy up, L" refusal={locked} aria-busy={isTidying} onClick={() => void tidy()}>
        <Network className={small} aria-hidden />
      </IconButton>
    </div>
  )
}

/** Zoom and fit. */
export function ZoomTools() {
  const { zoomIn, zoomOut, fitView } = useReactFlow()
  const percent = useStore((flow) => Math.round(flow.transform[2] * 100))
  return (
    <div className="float zoom" role="toolbar" aria-label="Zoom">
      <IconButton quiet size="sm" label="Zoom out, -" onClick={() => void zoomOut({ duration: 140 })}>
        <Minus className={small} aria-hidden />
      </IconButton>
      <span className="sm t2 percent">{percent} %</span>
      <IconButton quiet size="sm" label="Zoom in, +" onClick={() => void zoomIn({ duration: 140 })}>
        <Plus className={small} aria-hidden />
      </IconButton>
      <IconButton quiet size="sm" label="Fit, Shift 1" onClick={() => void fitView({ ...fitAll, duration: 200 })}>
        <Maximize className={small} aria-hidden />
      </IconButton>
    </div>
  )
}

/** The whole graph in small, with the hues of the categories; only while some of it is out of view, so that it covers nothing. */
export function CanvasMap() {
  const isWanted = useStore(isPartHidden)
  if (!isWanted) return null
  return (
    <MiniMap<CanvasNode>
      className="minimap"
      ariaLabel="Small map of the workflow"
      pannable
      zoomable
      nodeBorderRadius={12}
      nodeColor={(node) =>
        node.type === 'stage' ? `var(--cat-${findSpec(node.data.stage.type)?.category ?? 'flow'})` : 'var(--note-border)'
      }
      maskColor="transparent"
    />
  )
}

function isPartHidden({ nodeLookup, transform: [x, y, zoom], width, height }: ReactFlowState): boolean {
  for (const { internals, measured } of nodeLookup.values()) {
    const left = internals.positionAbsolute.x * zoom + x
    const top = internals.positionAbsolute.y * zoom + y
    if (left < 0 || top < 0 || left + (measured.width ?? 0) * zoom > width || top + (measured.height ?? 0) * zoom > height) return true
  }
  return false
}
