'use client'

import { useReactFlow } from '@xyflow/react'
import { Cable, Copy, Play, StepForward, Trash2, Unplug } from 'lucide-react'
import { duplicateSelected } from '../actions/clipboard.ts'
import { removeSelected } from '../actions/remove-parts.ts'
import { useCanvas, useCanvasState } from '../canvas-context'
import { useForecast } from '../run/use-forecast.ts'
import { useRunRefusal } from '../run/use-run-refusal.ts'
import { stageTitle } from '../stage-shape.ts'
import type { CanvasMenu } from '../store.ts'
import { type MenuEntry, PointMenu } from './point-menu'

const icon = (Icon: typeof Play) => <Icon className="i s" aria-hidden />

/** What can be done with one stage; the runs say before the click what they would do. */
export function StageMenu({ menu, onClose }: { menu: Extract<CanvasMenu, { kind: 'stage' }>; onClose(): void }) {
  const { store, run } = useCanvas()
  const { getNode, flowToScreenPosition } = useReactFlow()
  const stage = useCanvasState(({ graph }) => graph.stages.find(({ id }) => id === menu.stage))
  const locked = useCanvasState((state) => state.locked)
  const noRun = useRunRefusal()
  const toHere = useForecast({ kind: 'to', stage: menu.stage })
  const fromHere = useForecast({ kind: 'from', stage: menu.stage })
  if (!stage) return null
  const close = (action: () => void) => () => {
    onClose()
    action()
  }
  const openConnect = () => {
    const node = getNode(menu.stage)
    const screen = node ? flowToScreenPosition({ x: node.position.x + 220, y: node.position.y }) : menu.screen
    store.setState({ menu: { kind: 'connect', stage: menu.stage, screen } })
  }
  const entries: MenuEntry[] = [
    {
      id: 'to',
      label: 'Run to here',
      icon: icon(Play),
      end: toHere?.words,
      refusal: noRun,
      run: close(() => void run({ kind: 'to', stage: menu.stage })),
    },
    {
      id: 'from',
      label: 'Run from here',
      icon: icon(StepForward),
      end: fromHere?.words,
      refusal: noRun,
      run: close(() => void run({ kind: 'from', stage: menu.stage })),
    },
    { id: 'connect', label: 'Connect to …', icon: icon(Cable), end: 'C', refusal: locked, run: openConnect },
    { id: 'duplicate', label: 'Duplicate', icon: icon(Copy), end: 'Ctrl D', refusal: locked, run: close(() => duplicateSelected(store)) },
    {
      id: 'rejoin',
      label: 'Remove and rejoin',
      icon: icon(Unplug),
      end: 'Ctrl Del',
      refusal: locked,
      run: close(() => removeSelected(store, { rejoin: true })),
    },
    { id: 'remove', label: 'Remove', icon: icon(Trash2), end: 'Del', refusal: locked, run: close(() => removeSelected(store)) },
  ]
  return (
    <PointMenu
      at={menu.screen}
      label={stageTitle(stage)}
      placeholder={stageTitle(stage)}
      empty="No such action."
      entries={entries}
      onClose={onClose}
    />
  )
}
