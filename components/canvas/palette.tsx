'use client'

import { useReactFlow } from '@xyflow/react'
import { ChevronDown, ChevronRight, Search } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { Tip } from '#components/ui/tip'
import type { Category, StageSpec } from '#stages/define'
import { addStageNext } from './actions/add-stage.ts'
import { useCanvas, useCanvasState } from './canvas-context'
import { bringIntoView } from './flow/bring-into-view.ts'
import { StageIcon } from './flow/stage-icons'
import { stageMime } from './flow/use-dropping.ts'
import { stagesByCategory } from './menus/stage-choices.ts'
import { nodeWidth } from './stage-shape.ts'

const titles: Record<Category, string> = {
  collect: 'Collect',
  prepare: 'Prepare',
  features: 'Features',
  learn: 'Learn',
  validate: 'Validate',
  release: 'Release',
  flow: 'Flow',
}

/** Every stage there is: drag one onto the canvas, or click or press Enter to put it after the selected stage. */
export function Palette() {
  const [search, setSearch] = useState('')
  const [closed, setClosed] = useState<ReadonlySet<Category>>(new Set())
  const groups = stagesByCategory(search)
  const add = useAddNext()
  const toggle = (category: Category) =>
    setClosed((now) => (now.has(category) ? new Set([...now].filter((each) => each !== category)) : new Set([...now, category])))
  const onKeyDown = (event: KeyboardEvent) => {
    const first = groups[0]?.specs[0]
    if (event.key === 'Enter' && first && search !== '') add(first.type)
    if (event.key === 'Escape') setSearch('')
  }
  return (
    <aside className="palette" aria-label="Stages">
      <div className="top">
        <label className="input search">
          <Search className="i s" aria-hidden />
          <input
            type="search"
            placeholder="Find a stage"
            aria-label="Find a stage"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            onKeyDown={onKeyDown}
          />
          <span className="kbd">/</span>
        </label>
      </div>
      <div className="list">
        {groups.length === 0 ? <p className="sm t3 p-2">No stage fits "{search}".</p> : null}
        {groups.map(({ category, specs }) => {
          const isOpen = search !== '' || !closed.has(category)
          return (
            <section key={category} aria-label={titles[category]}>
              <h3>
                <button
                  type="button"
                  className="pal-head"
                  aria-label={titles[category]}
                  aria-expanded={isOpen}
                  onClick={() => toggle(category)}
                >
                  {isOpen ? <ChevronDown className="i" aria-hidden /> : <ChevronRight className="i" aria-hidden />}
                  <span>{titles[category]}</span>
                  <span className="n">{specs.length}</span>
                </button>
              </h3>
              {isOpen ? specs.map((spec) => <PaletteItem key={spec.type} spec={spec} onAdd={() => add(spec.type)} />) : null}
            </section>
          )
        })}
      </div>
    </aside>
  )
}

function PaletteItem({ spec, onAdd }: { spec: StageSpec; onAdd(): void }) {
  const locked = useCanvasState((state) => state.locked)
  return (
    <Tip text={locked ?? spec.summary} side="right">
      <button
        type="button"
        className="pal"
        data-cat={spec.category}
        data-stage={spec.type}
        aria-label={spec.title}
        draggable={locked === null}
        aria-disabled={locked === null ? undefined : true}
        onDragStart={(event) => {
          event.dataTransfer.setData(stageMime, spec.type)
          event.dataTransfer.effectAllowed = 'copy'
        }}
        onClick={onAdd}
      >
        <StageIcon type={spec.type} />
        <span className="trunc">{spec.title}</span>
      </button>
    </Tip>
  )
}

/** Puts a stage after the selected one, or in the middle of the view. */
function useAddNext(): (type: string) => void {
  const { store } = useCanvas()
  const flow = useReactFlow()
  return (type) => {
    const box = document.querySelector('.canvas .react-flow')?.getBoundingClientRect()
    const middle = flow.screenToFlowPosition({ x: (box?.left ?? 0) + (box?.width ?? 0) / 2, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 })
    const id = addStageNext(store, type, { x: middle.x - nodeWidth / 2, y: middle.y - 47 })
    if (id !== null) requestAnimationFrame(() => bringIntoView(id, flow))
  }
}
