'use client'

import { Play } from 'lucide-react'
import type { ReactNode } from 'react'
import { RunTimeline } from '#components/runs/run-timeline'
import { Button } from '#components/ui/button'
import { Empty } from '#components/ui/empty'
import { Link } from '#components/ui/link'
import type { StageRunView } from '#core/runs/views'
import { selectStage } from '../actions/select.ts'
import { useCanvas, useCanvasParts, useCanvasState } from '../canvas-context'
import { useForecast } from '../run/use-forecast.ts'
import { useRunRefusal } from '../run/use-run-refusal.ts'
import { stageTitle } from '../stage-shape.ts'

/** The dock while nothing is selected: when each stage of the newest run worked, or the run that is still to come. */
export function RunOverview({ fold }: { fold: ReactNode }) {
  const { run, stages } = useCanvasParts((state) => ({ run: state.run?.run ?? null, stages: state.run?.stages ?? null }))
  return (
    <>
      <div className="tabs">
        <span className="t3">{run ? `Run ${run.number}, stage by stage` : 'Preview'}</span>
        <span className="push row">
          {run ? (
            <Link className="sm underline" href={`/runs/${run.id}`}>
              Open run {run.number}
            </Link>
          ) : null}
          {fold}
        </span>
      </div>
      {run && stages ? <Timeline stages={Object.values(stages)} /> : <NoRun />}
    </>
  )
}

function Timeline({ stages }: { stages: readonly StageRunView[] }) {
  const { store } = useCanvas()
  const graph = useCanvasState((state) => state.graph)
  const titles = new Map(graph.stages.map((stage) => [stage.id, stageTitle(stage)]))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className="overview" tabIndex={0} aria-label="When each stage worked">
      <RunTimeline
        stages={stages}
        titleOf={(stage) => titles.get(stage) ?? stage}
        onPick={(stage) => titles.has(stage) && selectStage(store, stage)}
      />
    </section>
  )
}

function NoRun() {
  const { run } = useCanvas()
  const refusal = useRunRefusal()
  const forecast = useForecast({ kind: 'all' })
  const isEmpty = useCanvasState((state) => state.graph.stages.length === 0)
  if (isEmpty) return <Empty title="Nothing to preview yet">What a stage gives is shown here: rows, reports, models.</Empty>
  return (
    <Empty
      title="Nothing has run yet"
      action={
        <Button
          icon={<Play className="i s" aria-hidden />}
          forecast={refusal ? null : forecast?.words}
          refusal={refusal}
          onClick={() => void run({ kind: 'all' })}
        >
          Run
        </Button>
      }
    >
      After a run, every output shows its rows, its report or its model here.
    </Empty>
  )
}
