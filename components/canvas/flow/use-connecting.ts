import { type Connection, type Edge, type FinalConnectionState, type OnConnectStartParams, useReactFlow } from '@xyflow/react'
import { useMemo } from 'react'
import { tell } from '#components/ui/toasts'
import { connectPorts, dropOnCanvas, dropOnStage, startConnecting } from '../actions/connect-ports.ts'
import { useCanvas } from '../canvas-context'
import type { CanvasStore, OpenEnd } from '../store.ts'
import { stageAt } from './drop-target.ts'

/** Dragging a connection: on a port, on the body of a stage, or on the empty canvas. */
export function useConnecting() {
  const { store } = useCanvas()
  const { screenToFlowPosition } = useReactFlow()
  return useMemo(
    () => ({
      onConnectStart: (_: unknown, { nodeId, handleId, handleType }: OnConnectStartParams) => {
        if (nodeId && handleId)
          startConnecting(store, { ref: `${nodeId}.${handleId}`, side: handleType === 'target' ? 'inputs' : 'outputs' })
      },
      isValidConnection: (connection: Connection | Edge) => isFitting(store, connection),
      onConnect: ({ source, sourceHandle, target, targetHandle }: Connection) => {
        connectPorts(store, `${source}.${sourceHandle}`, `${target}.${targetHandle}`)
      },
      onConnectEnd: (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
        const { connecting } = store.getState()
        store.setState({ connecting: null })
        if (!connecting || state.isValid) return
        const point = 'changedTouches' in event ? event.changedTouches[0] : event
        if (point) endElsewhere(store, connecting.from, { x: point.clientX, y: point.clientY }, screenToFlowPosition)
      },
    }),
    [store, screenToFlowPosition],
  )
}

type Point = { x: number; y: number }

function endElsewhere(store: CanvasStore, from: OpenEnd, screen: Point, toFlow: (point: Point) => Point): void {
  const stage = stageAt(screen.x, screen.y)
  if (stage === null) {
    const isOnCanvas = document.elementFromPoint(screen.x, screen.y)?.closest('.react-flow__pane') != null
    if (isOnCanvas) dropOnCanvas(store, from, screen, toFlow(screen))
    return
  }
  if (from.ref.startsWith(`${stage}.`)) return
  const reason = dropOnStage(store, from, stage, screen)
  if (reason !== null) tell({ title: 'Not connected', detail: reason, status: 'waiting' })
}

function isFitting(store: CanvasStore, { source, sourceHandle, target, targetHandle }: Connection | Edge): boolean {
  const { connecting } = store.getState()
  if (!connecting) return false
  const [output, input] = [`${source}.${sourceHandle}`, `${target}.${targetHandle}`]
  const [own, far] = connecting.from.side === 'outputs' ? [output, input] : [input, output]
  return own === connecting.from.ref && connecting.refusals.get(far) === null
}
