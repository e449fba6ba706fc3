'use client'

import type { ErrorRecord } from '#core/errors/app-error'
import { parsePortRef } from '#core/graph/graph'
import { applyFix } from '../actions/apply-fix.ts'
import { selectStage } from '../actions/select.ts'
import { useCanvas, useCanvasState } from '../canvas-context'
import { stageTitle } from '../stage-shape.ts'

/** What went wrong in one sentence, the stage that the cause comes from, and the mend as a button where there is one. */
export function NodeFailure({ stage, error }: { stage: string; error: ErrorRecord }) {
  const { store } = useCanvas()
  const { fix } = error.hint
  return (
    <>
      <p className="sentence">
        {error.message} <Source stage={stage} port={error.hint.port} />
      </p>
      {fix ? (
        <div className="row nodrag push-down">
          <button type="button" className="btn sm" onClick={() => applyFix(store, stage, error.hint)}>
            {fix.label}
          </button>
        </div>
      ) : null}
    </>
  )
}

/** The stage that made the input that caused it; with a single input there is no doubt which. */
function Source({ stage, port }: { stage: string; port: string | undefined }) {
  const { store } = useCanvas()
  const source = useCanvasState(({ graph }) => {
    const into = graph.edges.filter((edge) => parsePortRef(edge.to).stage === stage)
    const edge = port === undefined ? (into.length === 1 ? into[0] : undefined) : into.find((each) => parsePortRef(each.to).port === port)
    return edge ? graph.stages.find(({ id }) => id === parsePortRef(edge.from).stage) : undefined
  })
  if (!source) return null
  return (
    <>
      It comes from{' '}
      <button
        type="button"
        className="link nodrag"
        onClick={(event) => {
          event.stopPropagation()
          selectStage(store, source.id)
        }}
      >
        {stageTitle(source)}
      </button>
      .
    </>
  )
}
