'use client'

import { BaseEdge, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import type { PortValue } from '#core/ports/kinds'
import { isGood, type Status, statuses } from '#core/runs/status'
import { formatNumber } from '#core/words/format'
import { useCanvasParts } from '../canvas-context'
import type { CanvasEdge } from '../project-graph.ts'
import { stageState } from '../run/stage-state.ts'
import type { CanvasState } from '../store.ts'
import { edgePath } from './edge-path.ts'

const noWay = { under: 70, lane: 0 }

/** An edge: grey and dashed before a run, moving while data flows, with what passed along it afterwards. */
export const FlowEdge = memo(function FlowEdge(props: EdgeProps<CanvasEdge>) {
  const { source, target, sourceHandleId, targetHandleId, selected, data } = props
  const { look, label } = useCanvasParts((state) => edgeLook(state, source, sourceHandleId ?? '', target))
  const isHot = useCanvasParts((state) => selected || state.selected.has(source) || state.selected.has(target))
  const isDrop = useCanvasParts((state) => state.dropOn === `${target}.${targetHandleId}`)
  const [path, x, y] = edgePath(props, data ?? noWay)
  const isShort = Math.abs(props.targetX - props.sourceX) < 110 && props.targetX > props.sourceX
  const isStraight = Math.abs(props.sourceY - props.targetY) < 12
  return (
    <>
      <BaseEdge path={path} className={`edge ${isDrop ? 'drop' : look === 'run' ? 'run' : isHot ? 'hot' : look}`} interactionWidth={18} />
      {label ? (
        <text className="edge-label" x={x} y={isStraight ? y - 8 : y + 4} textAnchor="middle">
          {isShort ? label.replace(' rows + plan', '') : label}
        </text>
      ) : null}
    </>
  )
})

function edgeLook(state: CanvasState, source: string, port: string, target: string): { look: 'idle' | 'run' | 'done'; label: string } {
  const from = stageState(state, source)
  const to = stageState(state, target)
  const value = from.outputs?.[port]
  const label = value ? passed(value) : ''
  if (to.status === 'running') return { look: 'run', label }
  const known = (status: string | null): status is Status => (statuses as readonly string[]).includes(status ?? '')
  const isThrough = known(from.status) && isGood(from.status) && to.status !== null && to.status !== 'stale'
  return { look: isThrough ? 'done' : 'idle', label }
}

function passed(value: PortValue): string {
  if (value.kind !== 'table') return value.kind
  const steps = value.plan.features.length
  return `${formatNumber(value.rows)}${steps > 0 ? ' rows + plan' : ''}`
}
