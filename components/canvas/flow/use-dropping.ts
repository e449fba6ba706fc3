import { useQueryClient } from '@tanstack/react-query'
import { useReactFlow } from '@xyflow/react'
import { type DragEvent, type MouseEvent, useMemo } from 'react'
import { useTRPC } from '#components/api/client'
import { addFileStage } from '../actions/add-file.ts'
import { addStageAt } from '../actions/add-stage.ts'
import { useCanvas } from '../canvas-context'
import { nodeWidth } from '../stage-shape.ts'
import type { CanvasStore } from '../store.ts'
import { edgeAt, stageAt } from './drop-target.ts'

/** The type of what a palette item carries while it is dragged. */
export const stageMime = 'application/x-stageline-stage'

/** Dropping a stage from the palette, or a data file from the desktop; a double click asks what to add. */
export function useDropping() {
  const { store } = useCanvas()
  const { screenToFlowPosition } = useReactFlow()
  const trpc = useTRPC()
  const queries = useQueryClient()
  return useMemo(
    () => ({
      onDragOver: (event: DragEvent) => {
        const isStage = event.dataTransfer.types.includes(stageMime)
        if (store.getState().locked !== null || !(isStage || event.dataTransfer.types.includes('Files'))) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
        if (isStage) aim(store, event)
      },
      onDragLeave: () => store.setState({ dropOn: null }),
      onDrop: (event: DragEvent) => {
        event.preventDefault()
        store.setState({ dropOn: null })
        const point = screenToFlowPosition({ x: event.clientX, y: event.clientY })
        const at = { x: point.x - nodeWidth / 2, y: point.y - 20 }
        const type = event.dataTransfer.getData(stageMime)
        if (type !== '') {
          addStageAt(store, type, { at, inPlaceOf: stageAt(event.clientX, event.clientY), intoEdge: edgeAt(event.clientX, event.clientY) })
          return
        }
        for (const [i, file] of [...event.dataTransfer.files].entries()) {
          void addFileStage(store, file, { x: at.x, y: at.y + i * 132 }).then(() =>
            queries.invalidateQueries({ queryKey: trpc.dataSets.list.queryKey() }),
          )
        }
      },
      onDoubleClick: (event: MouseEvent) => {
        const isPane = event.target instanceof Element && event.target.classList.contains('react-flow__pane')
        if (!isPane || store.getState().locked !== null) return
        const screen = { x: event.clientX, y: event.clientY }
        store.setState({ menu: { kind: 'add', screen, at: screenToFlowPosition(screen), from: null } })
      },
    }),
    [store, screenToFlowPosition, trpc, queries],
  )
}

/** Shows the edge or stage that would take what is dragged. */
function aim(store: CanvasStore, event: DragEvent): void {
  const dropOn = stageAt(event.clientX, event.clientY) ?? edgeAt(event.clientX, event.clientY)
  if (store.getState().dropOn !== dropOn) store.setState({ dropOn })
}
