'use client'

import { joinEnds } from '../actions/connect-ports.ts'
import { useCanvas, useCanvasState } from '../canvas-context'
import { shapeOf, stageTitle } from '../stage-shape.ts'
import type { CanvasMenu } from '../store.ts'
import { PointMenu } from './point-menu'

/** Which of the ports that fit is meant. */
export function AskPortMenu({ menu, onClose }: { menu: Extract<CanvasMenu, { kind: 'ask-port' }>; onClose(): void }) {
  const { store } = useCanvas()
  const stage = useCanvasState(({ graph }) => graph.stages.find(({ id }) => id === menu.stage))
  if (!stage) return null
  const ports = shapeOf(stage.type)?.[menu.from.side === 'outputs' ? 'inputs' : 'outputs'] ?? {}
  return (
    <PointMenu
      at={menu.screen}
      label={`Which port of ${stageTitle(stage)}`}
      placeholder={`Which port of ${stageTitle(stage)}`}
      empty="No port has this name."
      onClose={onClose}
      entries={menu.ports.map((port) => ({
        id: port,
        label: ports[port]?.label ?? port,
        icon: <i className="port-dot" data-p={ports[port]?.kind} />,
        end: ports[port]?.kind,
        run: () => {
          joinEnds(store, menu.from, `${menu.stage}.${port}`)
          onClose()
        },
      }))}
    />
  )
}
