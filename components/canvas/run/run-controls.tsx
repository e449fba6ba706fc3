'use client'

import { ChevronDown, Play } from 'lucide-react'
import { Button } from '#components/ui/button'
import { Menu, MenuItem } from '#components/ui/menu'
import { StatusIcon } from '#components/ui/status'
import { isFinal } from '#core/runs/status'
import { type RunAsk, useCanvas, useCanvasParts, useCanvasState } from '../canvas-context'
import { stageTitle } from '../stage-shape.ts'
import { onlySelected } from '../store.ts'
import { staleStages } from './stage-state.ts'
import { useForecast } from './use-forecast.ts'
import { useRunRefusal } from './use-run-refusal.ts'

/** "Run 12 stages, 9 cached, about 40 s", its options, and "Run stale". */
export function RunControls() {
  const { run } = useCanvas()
  const refusal = useRunRefusal()
  const forecast = useCanvasState((state) => state.forecast?.forecast)
  const stale = useCanvasState((state) => (state.run?.pinned ? 0 : staleStages(state).length))
  const isOpen = useCanvasState((state) => state.run !== null && !isFinal(state.run.run.status))
  return (
    <>
      {stale > 0 && !isOpen ? (
        <Button
          className="wide-only"
          icon={<StatusIcon status="stale" label={null} />}
          refusal={refusal}
          onClick={() => void run({ kind: 'stale' })}
        >
          Run stale <span className="t3">{stale}</span>
        </Button>
      ) : null}
      <span className="btn-split">
        <Button
          kind="primary"
          icon={<Play className="i s" aria-hidden fill="currentColor" />}
          forecast={forecast && !refusal ? <span className="hide-s">{forecast.words}</span> : null}
          refusal={refusal}
          onClick={() => void run({ kind: 'all' })}
          aria-keyshortcuts="Control+Enter Meta+Enter"
        >
          Run
        </Button>
        <RunMenu refusal={refusal} />
      </span>
    </>
  )
}

function RunMenu({ refusal }: { refusal: string | null }) {
  const selected = useCanvasParts((state) => {
    const id = onlySelected(state)
    const stage = state.graph.stages.find((each) => each.id === id)
    return stage ? { id: stage.id, title: stageTitle(stage) } : { id: null, title: '' }
  })
  const noStage = refusal ?? (selected.id === null ? 'Select one stage first.' : null)
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className={refusal ? 'btn primary off' : 'btn primary'} aria-label="Run options">
          <ChevronDown className="i s" aria-hidden />
        </button>
      }
    >
      <RunItem label="Run everything" scope={{ kind: 'all' }} refusal={refusal} />
      <RunItem label="Run stale only" scope={{ kind: 'stale' }} refusal={refusal} />
      {selected.id === null ? (
        <>
          <MenuItem refusal={noStage} onSelect={() => undefined}>
            Run to a stage
          </MenuItem>
          <MenuItem refusal={noStage} onSelect={() => undefined}>
            Run from a stage
          </MenuItem>
        </>
      ) : (
        <>
          <RunItem label={`Run to ${selected.title}`} scope={{ kind: 'to', stage: selected.id }} refusal={noStage} />
          <RunItem label={`Run from ${selected.title}`} scope={{ kind: 'from', stage: selected.id }} refusal={noStage} />
        </>
      )}
    </Menu>
  )
}

function RunItem({ label, scope, refusal }: { label: string; scope: RunAsk; refusal: string | null }) {
  const { run } = useCanvas()
  const forecast = useForecast(scope)
  return (
    <MenuItem end={forecast?.words} refusal={refusal} onSelect={() => void run(scope)}>
      {label}
    </MenuItem>
  )
}
