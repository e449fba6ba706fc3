'use client'

import type { NodeProps } from '@xyflow/react'
import { memo } from 'react'
import { StatusIcon, statusLook } from '#components/ui/status'
import { useNow } from '#components/ui/time'
import { formatDuration, formatNumber } from '#core/words/format'
import { findSpec } from '#stages/specs'
import { useCanvasParts } from '../canvas-context'
import type { StageNodeType } from '../project-graph.ts'
import { type StageState, stageState } from '../run/stage-state.ts'
import { nodeLayout, stageTitle, stageWords } from '../stage-shape.ts'
import { NodeFailure } from './node-failure'
import { Port } from './port'
import { StageIcon } from './stage-icons'

/** A stage on the canvas: what it is, its params in words, and after a run one telling figure. */
export const StageNode = memo(function StageNode({ id, data, selected }: NodeProps<StageNodeType>) {
  const { stage } = data
  const state = useCanvasParts((canvas) => stageState(canvas, id))
  const dropped = useCanvasParts((canvas) => canvas.dropOn === id)
  const { height, ports } = nodeLayout(stage.type)
  const words = stageWords(stage)
  return (
    <article
      className={selected ? 'node sel' : dropped ? 'node drop' : 'node'}
      style={{ minHeight: height }}
      data-cat={findSpec(stage.type)?.category}
      data-st={state.status ? statusLook(state.status) : undefined}
    >
      <header>
        <StageIcon type={stage.type} />
        <h3 className="trunc">{stageTitle(stage)}</h3>
        <Elapsed state={state} />
        {state.status ? <StatusIcon status={state.status} /> : null}
      </header>
      {state.error ? <NodeFailure stage={id} error={state.error} /> : <NodeBody words={words} state={state} />}
      {ports.map((place) => (
        <Port key={`${place.side}.${place.port}`} stage={id} place={place} />
      ))}
    </article>
  )
})

function NodeBody({ words, state }: { words: { text: string; wrong: boolean }; state: StageState }) {
  return (
    <>
      <p className={words.wrong ? 'what warn' : 'what'} title={words.text}>
        {words.text}
      </p>
      {state.status === 'running' && state.progress ? <Progress progress={state.progress} /> : <Figure figure={state.figure} />}
    </>
  )
}

function Figure({ figure }: { figure: StageState['figure'] }) {
  if (!figure) return null
  const isNumber = typeof figure.value === 'number'
  return (
    <p className="fig">
      <b>{isNumber ? formatNumber(Number(figure.value)) : figure.value}</b> {figure.label}
    </p>
  )
}

function Progress({ progress }: { progress: NonNullable<StageState['progress']> }) {
  const share = progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0
  return (
    <>
      <div className="progress push-down">
        <i style={{ width: `${Math.round(share * 100)}%` }} />
      </div>
      <p className="fig after-progress">
        <span className="trunc">{progress.doing ?? `${formatNumber(progress.done)} of ${formatNumber(progress.total)}`}</span>
        {progress.secondsLeft === null ? null : <span className="push">{formatDuration(progress.secondsLeft * 1000)} left</span>}
      </p>
    </>
  )
}

function Elapsed({ state }: { state: StageState }) {
  if ((state.status === 'running' || state.status === 'waiting') && state.startedAt) return <Ticking since={state.startedAt} />
  if (state.status === 'done' || state.status === 'failed') {
    return state.durationMs === null ? null : <span className="el">{formatDuration(state.durationMs)}</span>
  }
  return null
}

function Ticking({ since }: { since: Date }) {
  const now = useNow()
  return <span className="el">{formatDuration(Math.max(0, Math.round((now - since.getTime()) / 1000)) * 1000)}</span>
}
