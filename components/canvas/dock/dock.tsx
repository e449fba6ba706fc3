'use client'

import { ChevronDown, ChevronUp } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from '#components/ui/button'
import { Segmented } from '#components/ui/segmented'
import { Tabs } from '#components/ui/tabs'
import type { GraphStage } from '#core/graph/graph'
import type { PortValue } from '#core/ports/kinds'
import { formatBytes, formatNumber } from '#core/words/format'
import { findSpec } from '#stages/specs'
import { useCanvas, useCanvasParts, useCanvasState } from '../canvas-context'
import { type StageState, stageState } from '../run/stage-state.ts'
import { stageTitle } from '../stage-shape.ts'
import { onlySelected, stageOf } from '../store.ts'
import { ApprovalPanel } from './approval-panel'
import { ColumnsPanel } from './columns-panel'
import { DeploymentPanel } from './deployment-panel'
import { DockEmpty } from './dock-empty'
import { LogPanel } from './log-panel'
import { PlanPanel } from './plan-panel'
import { ReportPanel } from './report-panel'
import { RunOverview } from './run-overview'
import { SearchPanel } from './search-panel'
import { TablePreview } from './table-preview'
import { ValueFacts } from './value-facts'

/** What lies on the shown port: the one that was clicked, else the first of the selected stage. */
export function Dock() {
  const stage = useCanvasState((state) => {
    const id = state.shownPort !== null && isBeside(state) ? stageOf(state.shownPort) : onlySelected(state)
    return state.graph.stages.find((each) => each.id === id)
  })
  const [isOpen, setOpen] = useState(true)
  useEffect(() => {
    document.querySelector<HTMLElement>('.builder')?.toggleAttribute('data-dock-closed', !isOpen)
  }, [isOpen])
  const fold = (
    <IconButton quiet size="sm" label={isOpen ? 'Fold the panel' : 'Open the panel'} onClick={() => setOpen(!isOpen)}>
      {isOpen ? <ChevronDown className="i s" aria-hidden /> : <ChevronUp className="i s" aria-hidden />}
    </IconButton>
  )
  return (
    <section className="dock" aria-label="Port preview">
      {stage ? <StageDock key={stage.id} stage={stage} fold={fold} /> : <RunOverview fold={fold} />}
    </section>
  )
}

/** A clicked port counts until another stage is selected. */
function isBeside({ shownPort, selected }: { shownPort: string | null; selected: ReadonlySet<string> }): boolean {
  return shownPort !== null && (selected.size === 0 || selected.has(stageOf(shownPort)))
}

function StageDock({ stage, fold }: { stage: GraphStage; fold: React.ReactNode }) {
  const { store } = useCanvas()
  const spec = findSpec(stage.type)
  const state = useCanvasParts((canvas) => stageState(canvas, stage.id))
  const shown = useCanvasState((canvas) => canvas.shownPort)
  const [tab, setTab] = useState('preview')
  const ports = Object.keys(spec?.outputs ?? {})
  const port = shown !== null && stageOf(shown) === stage.id ? shown.slice(shown.indexOf('.') + 1) : (mainPort(ports, state.outputs) ?? '')
  const value = state.outputs?.[port]
  const steps = value?.kind === 'table' ? value.plan.prepare.length + value.plan.features.length : undefined
  const isWaiting = state.status === 'waiting'
  const searching = spec?.search && state.status === 'running' ? state.stageRunId : null
  const tabs = [
    ...(isWaiting ? [{ value: 'approval', label: 'Approval', content: <ApprovalPanel stage={stage.id} /> }] : []),
    ...(searching !== null ? [{ value: 'search', label: 'Search', content: <SearchPanel stageRunId={searching} /> }] : []),
    {
      value: 'preview',
      label: value?.kind === 'report' ? 'Report' : 'Preview',
      content: <Preview stage={stage} port={port} value={value} state={state} />,
    },
    ...(value?.kind === 'table'
      ? [
          { value: 'plan', label: 'Plan', count: steps, content: <PlanPanel plan={value.plan} /> },
          { value: 'columns', label: 'Columns', count: value.columns.length, content: <ColumnsPanel value={value} /> },
        ]
      : []),
    { value: 'log', label: 'Log', content: <LogPanel stageRunId={state.stageRunId} isLive={state.status === 'running'} /> },
  ]
  const first = tabs[0]?.value ?? 'preview'
  const current = tabs.some((each) => each.value === tab) && tab !== 'preview' ? tab : first
  return (
    <>
      <Tabs label="What is on the port" value={current} onChange={setTab} tabs={tabs} />
      <div className="dock-end row sm t3 nowrap">
        <span className="dot round" data-p={spec?.outputs[port]?.kind} />
        <span className="hide-s">{stageTitle(stage)}</span>
        {ports.length > 1 ? (
          <Segmented
            label="Port"
            value={port}
            options={ports.map((name) => ({ value: name, label: spec?.outputs[name]?.label ?? name }))}
            onChange={(name) => store.setState({ shownPort: `${stage.id}.${name}` })}
          />
        ) : (
          <span className="t1">{spec?.outputs[port]?.label}</span>
        )}
        {value?.kind === 'table' ? (
          <span className="wide-only">
            · {formatNumber(value.rows)} rows · {formatBytes(value.bytes)}
          </span>
        ) : null}
        {fold}
      </div>
    </>
  )
}

/** The first port with something on it; of a model that comes with a report the report, which says more. */
function mainPort(ports: readonly string[], outputs: StageState['outputs']): string | undefined {
  const first = ports.find((port) => outputs?.[port])
  if (first === undefined) return ports[0]
  const report = outputs?.[first]?.kind === 'model' ? ports.find((port) => outputs?.[port]?.kind === 'report') : undefined
  return report ?? first
}

function Preview({ stage, port, value, state }: { stage: GraphStage; port: string; value: PortValue | undefined; state: StageState }) {
  if (!value) return <NoValue stage={stage} port={port} state={state} />
  switch (value.kind) {
    case 'table':
      return <TablePreview value={value} />
    case 'report':
      return <ReportPanel value={value} />
    case 'deployment':
      return <DeploymentPanel value={value} />
    case 'model':
    case 'signal':
      return <ValueFacts value={value} />
  }
}

function NoValue({ stage, port, state }: { stage: GraphStage; port: string; state: StageState }) {
  if (state.error) return <DockEmpty title={`${stageTitle(stage)} did not finish`}>{state.error.message}</DockEmpty>
  if (state.status === 'done' || state.status === 'cached') {
    return <DockEmpty title="Nothing on this port">{`${stageTitle(stage)} left the output "${port}" empty.`}</DockEmpty>
  }
  return (
    <DockEmpty title="Nothing to preview yet" runTo={stage.id}>
      {state.status === 'running' || state.status === 'queued'
        ? `${stageTitle(stage)} is at work.`
        : `${stageTitle(stage)} has no result yet. Run it to see what it gives.`}
    </DockEmpty>
  )
}
