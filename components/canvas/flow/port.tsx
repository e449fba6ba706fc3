'use client'

import { Handle, Position } from '@xyflow/react'
import { memo } from 'react'
import { useCanvas, useCanvasState } from '../canvas-context'
import type { PortPlace } from '../stage-shape.ts'
import { joinedPorts } from './joined-ports.ts'

/** One port: its kind by colour and shape, its label on hover, and while a connection is dragged whether it fits. */
export const Port = memo(function Port({ stage, place }: { stage: string; place: PortPlace }) {
  const { store } = useCanvas()
  const { port, side, y, label, kind, optional } = place
  const ref = `${stage}.${port}`
  const isInput = side === 'inputs'
  const isJoined = useCanvasState((state) => joinedPorts(state.graph.edges).has(isInput ? `>${ref}` : ref))
  const fit = useCanvasState(({ connecting }) => {
    if (!connecting) return undefined
    if (connecting.from.ref === ref && connecting.from.side === side) return 'from'
    if (connecting.from.side === side) return 'no'
    return connecting.refusals.get(ref) === null ? 'yes' : 'no'
  })
  const isShown = useCanvasState((state) => !isInput && state.shownPort === ref)
  return (
    <Handle
      type={isInput ? 'target' : 'source'}
      position={isInput ? Position.Left : Position.Right}
      id={port}
      className={isJoined ? 'port full' : 'port'}
      style={{ top: y }}
      data-p={kind}
      data-fit={fit}
      data-shown={isShown || undefined}
      data-label={`${label}${optional && isInput ? ', optional' : ''}`}
      onClick={isInput ? undefined : () => store.setState({ shownPort: ref })}
    />
  )
})
