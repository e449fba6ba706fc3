'use client'

import { refusalsOf } from '#core/graph/compatible'
import type { Graph } from '#core/graph/graph'
import { joinEnds } from '../actions/connect-ports.ts'
import { useCanvas, useCanvasState } from '../canvas-context'
import { shapeOf, stageTitle } from '../stage-shape.ts'
import { type CanvasMenu, type OpenEnd, stageOf } from '../store.ts'
import { PointMenu } from './point-menu'

/** Every connection that a stage can make: the way to connect without a mouse. */
export function ConnectMenu({ menu, onClose }: { menu: Extract<CanvasMenu, { kind: 'connect' }>; onClose(): void }) {
  const { store } = useCanvas()
  const graph = useCanvasState((state) => state.graph)
  const joins = possibleJoins(graph, menu.stage)
  const own = graph.stages.find(({ id }) => id === menu.stage)
  return (
    <PointMenu
      at={menu.screen}
      label={`Connect ${own ? stageTitle(own) : ''} to`}
      placeholder={`Connect ${own ? stageTitle(own) : ''} to …`}
      empty="No other port fits."
      onClose={onClose}
      entries={joins.map(({ from, other, words, end }) => ({
        id: `${from.ref} ${other}`,
        label: words,
        icon: <i className="port-dot" data-p={end} />,
        end,
        run: () => {
          joinEnds(store, from, other)
          onClose()
        },
      }))}
      footer={
        <span>
          <span className="kbd">Enter</span> connect
        </span>
      }
    />
  )
}

type Join = { from: OpenEnd; other: string; words: string; end: string }

/** Outputs first; edges that are there already are left out. */
function possibleJoins(graph: Graph, id: string): Join[] {
  const stages = new Map(graph.stages.map((stage) => [stage.id, stage]))
  const own = stages.get(id)
  const shape = own && shapeOf(own.type)
  if (!own || !shape) return []
  const joined = new Set(graph.edges.map(({ from, to }) => `${from} ${to}`))
  return (['outputs', 'inputs'] as const).flatMap((side) =>
    Object.entries(shape[side]).flatMap(([port, { label, kind }]) => {
      const from: OpenEnd = { ref: `${id}.${port}`, side }
      return [...refusalsOf(graph, from.ref, side, shapeOf)].flatMap(([other, reason]): Join[] => {
        const far = stages.get(stageOf(other))
        const edge = side === 'outputs' ? `${from.ref} ${other}` : `${other} ${from.ref}`
        if (reason !== null || !far || joined.has(edge)) return []
        const farPort = shapeOf(far.type)?.[side === 'outputs' ? 'inputs' : 'outputs'][other.slice(other.indexOf('.') + 1)]
        const farWords = `${stageTitle(far)}${stages.size > 2 ? ` (${far.id})` : ''}, ${farPort?.label ?? ''}`
        return [{ from, other, words: side === 'outputs' ? `${label} → ${farWords}` : `${label} ← ${farWords}`, end: kind }]
      })
    }),
  )
}
