'use client'

import { useConnection, ViewportPortal } from '@xyflow/react'
import { useCanvasState } from '../canvas-context'

/** While a connection is held over a port that does not fit: why not, in words, beside it. */
export function ConnectionReason() {
  const over = useConnection((connection) =>
    connection.inProgress && connection.toHandle && !connection.isValid
      ? `${connection.toHandle.nodeId}.${connection.toHandle.id} ${Math.round(connection.to.x)} ${Math.round(connection.to.y)}`
      : null,
  )
  const [ref = '', x, y] = over?.split(' ') ?? []
  const reason = useCanvasState(({ connecting }) => {
    if (!connecting || ref === '' || ref === connecting.from.ref) return null
    return (
      connecting.refusals.get(ref) ??
      (connecting.from.side === 'outputs' ? 'Outputs join inputs, not other outputs.' : 'Inputs join outputs, not other inputs.')
    )
  })
  if (reason === null) return null
  return (
    <ViewportPortal>
      <div className="tip connection-reason" role="status" style={{ transform: `translate(${Number(x) + 16}px, ${Number(y) + 12}px)` }}>
        {reason}
      </div>
    </ViewportPortal>
  )
}
