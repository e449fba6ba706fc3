'use client'

import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import type { CanvasState, CanvasStore } from './store.ts'

/** What everything on an open canvas shares. */
export type Canvas = {
  store: CanvasStore
  workflowId: string
  /** Makes sure that what is drawn is saved, then starts a run of it. */
  run(scope: RunAsk): Promise<void>
  /** Makes sure that what is drawn is saved. */
  flush(): Promise<void>
}
export type RunAsk = { kind: 'all' } | { kind: 'stale' } | { kind: 'to' | 'from'; stage: string }

const CanvasContext = createContext<Canvas | null>(null)
export const CanvasProvider = CanvasContext.Provider

/** The open canvas: its store, and what reaches out of it. */
export function useCanvas(): Canvas {
  const canvas = useContext(CanvasContext)
  if (!canvas) throw new Error('useCanvas is used outside a canvas.')
  return canvas
}

/** Part of the canvas state; draws again only when that part changes. */
export function useCanvasState<T>(select: (state: CanvasState) => T): T {
  return useStore(useCanvas().store, select)
}

/** The same for a part that is a fresh object each time: compared member by member. */
export function useCanvasParts<T>(select: (state: CanvasState) => T): T {
  return useStore(useCanvas().store, useShallow(select))
}
