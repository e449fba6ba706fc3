'use client'

import type { GraphStage } from '#core/graph/graph'
import { useCanvasParts } from '../canvas-context'
import { DockEmpty } from '../dock/dock-empty'
import { ReportPanel } from '../dock/report-panel'
import { stageState } from '../run/stage-state.ts'

/** What a feature stage made of a sample when it last ran. */
export function MakesTab({ stage }: { stage: GraphStage }) {
  const { outputs, status } = useCanvasParts((canvas) => stageState(canvas, stage.id))
  const made = outputs?.report
  if (made?.kind === 'report') {
    return (
      <div className="p-3">
        <ReportPanel value={made} />
      </div>
    )
  }
  return status === 'done' || status === 'cached' ? (
    <DockEmpty title="Nothing to show">The log says why the sample could not be looked at.</DockEmpty>
  ) : (
    <DockEmpty title="Not known yet" runTo={stage.id}>
      Run this stage to see what it makes of a sample of the rows.
    </DockEmpty>
  )
}
