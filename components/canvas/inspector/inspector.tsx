'use client'

import { useDeferredValue, useMemo, useState } from 'react'
import { TextArea } from '#components/ui/field'
import { StatusBadge } from '#components/ui/status'
import { Tabs } from '#components/ui/tabs'
import { annotateStage, renameStage, setParam } from '#core/graph/edit'
import type { Graph, GraphStage } from '#core/graph/graph'
import { knownColumns } from '#core/graph/known-columns'
import { readParams } from '#core/graph/stage-rules'
import { formatDuration } from '#core/words/format'
import type { StageSpec } from '#stages/define'
import { findSpec } from '#stages/specs'
import { editGraph } from '../actions/edit-graph.ts'
import { useCanvas, useCanvasParts, useCanvasState } from '../canvas-context'
import { StageIcon } from '../flow/stage-icons'
import type { Opened } from '../opened.ts'
import { stageState, touchedSince } from '../run/stage-state.ts'
import { rulesOf, stageTitle } from '../stage-shape.ts'
import { onlySelected } from '../store.ts'
import { describeParams } from './describe-param.ts'
import { type FormContextValue, FormProvider } from './form-context'
import { InspectorFooter } from './inspector-footer'
import { MakesTab } from './makes-tab'
import { ParamControl } from './param-control'
import { ParamForm } from './param-form'
import { PortsTab } from './ports-tab'
import { RunsTab } from './runs-tab'
import { seenColumns } from './seen-columns.ts'
import { WorkflowPanel } from './workflow-panel'

/** The settings of the selected stage; of the workflow when none is selected. */
export function Inspector({ opened }: { opened: Opened }) {
  const stage = useCanvasState((state) => {
    const id = onlySelected(state)
    return id === null ? undefined : state.graph.stages.find((each) => each.id === id)
  })
  if (!stage) return <WorkflowPanel about={opened.about} />
  return <StageInspector key={stage.id} stage={stage} />
}

function StageInspector({ stage }: { stage: GraphStage }) {
  const { store } = useCanvas()
  const spec = findSpec(stage.type)
  const state = useCanvasParts((canvas) => stageState(canvas, stage.id))
  const locked = useCanvasState((canvas) => canvas.locked)
  const form = useFormContext(stage)
  const [tab, setTab] = useState('settings')
  const fields = useMemo(() => (spec ? describeParams(spec.params) : []), [spec])
  const set = (name: string, value: unknown) => {
    editGraph(store, (graph) => setParam(graph, stage.id, name, value), `${stage.id}.${name}`)
  }
  const general = form.problems.get('')
  return (
    <aside className="inspector" aria-label={stageTitle(stage)} data-cat={spec?.category}>
      <header>
        <div className="row">
          <span className="cat">
            <StageIcon type={stage.type} />
          </span>
          <TitleInput stage={stage} locked={locked !== null} />
          {state.status ? (
            <StatusBadge status={state.status}>{state.durationMs === null ? undefined : formatDuration(state.durationMs)}</StatusBadge>
          ) : null}
        </div>
        <p className="sm t2 mt-0.5">
          {spec?.summary ?? `There is no stage type "${stage.type}" in this version of Stageline. Remove the stage, or update Stageline.`}
        </p>
      </header>
      <Tabs
        label="About the stage"
        value={tab}
        onChange={setTab}
        tabs={[
          {
            value: 'settings',
            label: 'Settings',
            content: (
              <FormProvider value={form}>
                <div className="fields">
                  {general ? <p className="sm bad">{general}</p> : null}
                  {fields.length === 0 && spec ? <p className="sm t3">This stage has no settings.</p> : null}
                  <ParamForm fields={fields} values={stage.params} path="" onChange={set} />
                </div>
              </FormProvider>
            ),
          },
          ...(makesFeatures(spec) ? [{ value: 'makes', label: 'Makes', content: <MakesTab stage={stage} /> }] : []),
          { value: 'ports', label: 'Ports', content: <PortsTab stage={stage} columns={form.columns} /> },
          { value: 'runs', label: 'Runs', content: <RunsTab stage={stage.id} /> },
          { value: 'notes', label: 'Notes', content: <StageNote key={stage.id} stage={stage} locked={locked !== null} /> },
        ]}
      />
      <InspectorFooter stage={stage.id} />
    </aside>
  )
}

/** Feature stages say in a report of their own what they make of the rows. */
function makesFeatures(spec: StageSpec | undefined): boolean {
  return spec?.category === 'features' && spec.outputs.report?.kind === 'report'
}

/** What the pickers offer and what the checks say, from the columns that flow into the stage. */
function useFormContext(stage: GraphStage): FormContextValue {
  const graph = useSettledGraph()
  const outputs = useCanvasParts(seenColumns)
  const locked = useCanvasState((canvas) => canvas.locked)
  return useMemo(() => {
    const columns = knownColumns(graph, rulesOf, outputs).get(stage.id)?.inputs ?? {}
    const rules = rulesOf(stage.type)
    const problems = new Map<string, string>()
    if (rules) {
      const read = readParams(rules, stage)
      // Wrong types are said in plain words at the control itself; here only what no control can know.
      const found = read.params
        ? (rules.check?.(read.params, columns) ?? [])
        : read.problems.filter(({ param }) => !Object.hasOwn(rules.params.shape, param))
      for (const { param, message } of found) if (!problems.has(param)) problems.set(param, message)
    }
    const firstTable = Object.entries(rules?.inputs ?? {}).find(([, port]) => port.kind === 'table')?.[0] ?? null
    return { stage: stage.id, columns, firstTable, problems, locked, Control: ParamControl }
  }, [graph, outputs, stage, locked])
}

/** The graph, the same object for as long as nothing changed that columns or checks depend on: moving stages costs nothing here. */
function useSettledGraph(): Graph {
  const graph = useCanvasState((canvas) => canvas.graph)
  const [settled, setSettled] = useState(graph)
  if (settled !== graph && touchedSince(settled, graph).size > 0) setSettled(graph)
  return useDeferredValue(settled)
}

function TitleInput({ stage, locked }: { stage: GraphStage; locked: boolean }) {
  const { store } = useCanvas()
  const [typed, setTyped] = useState<string | null>(null)
  const ofType = findSpec(stage.type)?.title ?? stage.type
  const stored = stage.title ?? ofType
  // Spaces at the end and an empty line stay while somebody types; they are not part of the name.
  const isTyping = typed !== null && [stored, ''].includes(typed.trim())
  return (
    <input
      className="title-input semi"
      data-rename
      aria-label="Name of the stage"
      readOnly={locked}
      maxLength={80}
      value={isTyping ? typed : stored}
      onChange={(event) => {
        const name = event.target.value.trim()
        setTyped(event.target.value)
        editGraph(store, (graph) => renameStage(graph, stage.id, name === ofType ? '' : name), `${stage.id} title`)
      }}
      onBlur={() => setTyped(null)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}

/** What people wrote down about this stage. It travels with the workflow and changes no result. */
function StageNote({ stage, locked }: { stage: GraphStage; locked: boolean }) {
  const { store } = useCanvas()
  return (
    <div className="fields">
      <TextArea
        aria-label="Note about this stage"
        placeholder="Why these settings? What was tried?"
        rows={10}
        maxLength={4000}
        readOnly={locked}
        value={stage.note ?? ''}
        onChange={(event) => editGraph(store, (graph) => annotateStage(graph, stage.id, event.target.value), `${stage.id} note`)}
      />
    </div>
  )
}
