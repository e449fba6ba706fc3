'use client'

import { useReactFlow } from '@xyflow/react'
import { useState } from 'react'
import { addStageAt, freePlace, openOutput, rightOf } from '../actions/add-stage.ts'
import { useCanvas, useCanvasState } from '../canvas-context'
import { bringIntoView } from '../flow/bring-into-view.ts'
import { StageIcon } from '../flow/stage-icons'
import { shapeOf } from '../stage-shape.ts'
import type { CanvasMenu, OpenEnd } from '../store.ts'
import { stageOf } from '../store.ts'
import { PointMenu } from './point-menu'
import { stageChoices } from './stage-choices.ts'

type Menu = Extract<CanvasMenu, { kind: 'add' }>

/** Search for a stage and put it here. At a free end it lists only what fits, and Ctrl goes on from the new stage. */
export function AddMenu({ menu, onClose }: { menu: Menu; onClose(): void }) {
  const { store } = useCanvas()
  const flow = useReactFlow()
  const graph = useCanvasState((state) => state.graph)
  const pairs = useCanvasState((state) => state.pairs)
  const [{ from, at }, setEnd] = useState<{ from: OpenEnd | null; at: Menu['at'] }>({ from: menu.from, at: menu.at })
  const choices = stageChoices(graph, from, pairs)
  const most = from && (choices[0]?.use ?? 0) > 0 ? choices[0] : undefined

  const choose = (type: string, goOn: boolean) => {
    const place = freePlace(
      store.getState().graph,
      from?.side === 'inputs' ? { x: at.x - 220, y: at.y - 46 } : { x: at.x, y: at.y - 46 },
      type,
    )
    const end = from ?? (menu.beside === undefined ? null : openOutput(store.getState().graph, menu.beside, type))
    const id = addStageAt(store, type, { at: place, from: end })
    if (id !== null) requestAnimationFrame(() => bringIntoView(id, flow))
    if (id === null || !goOn) return onClose()
    const outputs = Object.keys(shapeOf(type)?.outputs ?? {})
    const next = outputs[0]
    setEnd({
      from: next === undefined ? null : { ref: `${id}.${next}`, side: 'outputs' },
      at: rightOf(store.getState().graph, id) ?? at,
    })
    store.setState({ menu })
  }

  return (
    <PointMenu
      // A new end lists other stages: begin with an empty search line again.
      key={from?.ref ?? 'any'}
      at={menu.screen}
      label="Add a stage"
      placeholder={placeholderFor(from, graph)}
      empty="No stage fits these words."
      onClose={onClose}
      entries={choices.map((choice) => ({
        id: choice.spec.type,
        label: choice.spec.title,
        category: choice.spec.category,
        icon: <StageIcon type={choice.spec.type} className="i s" />,
        keywords: [...(choice.spec.keywords ?? []), choice.spec.summary],
        end: choice === most ? 'most often' : undefined,
        run: (goOn) => choose(choice.spec.type, goOn),
      }))}
      footer={
        <>
          <span>
            <span className="kbd">Enter</span> {from ? 'add and join' : 'add'}
          </span>
          <span>
            <span className="kbd">Ctrl</span> go on
          </span>
        </>
      }
    />
  )
}

function placeholderFor(from: OpenEnd | null, graph: Parameters<typeof openOutput>[0]): string {
  if (!from) return 'Find a stage'
  const type = graph.stages.find((stage) => stage.id === stageOf(from.ref))?.type ?? ''
  const kind = shapeOf(type)?.[from.side][from.ref.slice(from.ref.indexOf('.') + 1)]?.kind ?? 'value'
  return from.side === 'outputs' ? `Takes a ${kind}` : `Gives a ${kind}`
}
