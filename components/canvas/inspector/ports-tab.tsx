'use client'

import { Eye, Unplug } from 'lucide-react'
import { Button, IconButton } from '#components/ui/button'
import { remove } from '#core/graph/edit'
import { type GraphStage, parsePortRef } from '#core/graph/graph'
import type { Column } from '#core/ports/columns'
import { formatNumber, plural } from '#core/words/format'
import type { Port } from '#stages/define'
import { findSpec } from '#stages/specs'
import { editGraph } from '../actions/edit-graph.ts'
import { selectStage } from '../actions/select.ts'
import { useCanvas, useCanvasParts, useCanvasState } from '../canvas-context'
import { portValue } from '../run/stage-state.ts'
import { stageTitle } from '../stage-shape.ts'

/** What each port carries, what it is joined with, and what lies on it. */
export function PortsTab({ stage, columns }: { stage: GraphStage; columns: Readonly<Record<string, readonly Column[] | undefined>> }) {
  const { store } = useCanvas()
  const spec = findSpec(stage.type)
  const locked = useCanvasState((state) => state.locked)
  return (
    <div className="fields">
      <section className="col">
        <h3 className="sm med t2">Inputs</h3>
        {Object.entries(spec?.inputs ?? {}).map(([port, about]) => (
          <InputLine key={port} to={`${stage.id}.${port}`} about={about} columns={columns[port]} />
        ))}
        {Object.keys(spec?.inputs ?? {}).length === 0 ? <p className="sm t3">None: it brings data in.</p> : null}
      </section>
      <section className="col">
        <h3 className="sm med t2">Outputs</h3>
        {Object.entries(spec?.outputs ?? {}).map(([port, about]) => (
          <OutputLine key={port} stage={stage.id} port={port} about={about} />
        ))}
      </section>
      <Button
        size="sm"
        refusal={locked}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect()
          store.setState({ menu: { kind: 'connect', stage: stage.id, screen: { x: box.left - 272, y: box.top } } })
        }}
      >
        Connect to …
      </Button>
    </div>
  )
}

function InputLine({ to, about, columns }: { to: string; about: Port; columns: readonly Column[] | undefined }) {
  const { store } = useCanvas()
  const locked = useCanvasState((state) => state.locked)
  const source = useCanvasParts(({ graph }) => {
    const from = graph.edges.find((edge) => edge.to === to)?.from
    const stage = from === undefined ? undefined : graph.stages.find(({ id }) => id === parsePortRef(from).stage)
    return { from, id: stage?.id, title: stage ? stageTitle(stage) : '' }
  })
  return (
    <div className="port-line">
      <i className="port-dot" data-p={about.kind} />
      <div className="grow">
        <div>{about.label}</div>
        <div className="sm t3">
          {source.id === undefined ? (
            about.optional ? (
              'not connected, optional'
            ) : (
              <span className="warn">not connected; needs a {about.kind}</span>
            )
          ) : (
            <>
              from{' '}
              <button type="button" className="link" onClick={() => selectStage(store, source.id ?? '')}>
                {source.title}
              </button>
              {columns ? `, ${plural(columns.length, 'column')}` : ''}
            </>
          )}
        </div>
      </div>
      {source.from !== undefined ? (
        <IconButton
          quiet
          size="sm"
          label={`Cut the edge into ${about.label}`}
          refusal={locked}
          onClick={() => editGraph(store, (graph) => remove(graph, { edges: [to] }))}
        >
          <Unplug className="i s" aria-hidden />
        </IconButton>
      ) : null}
    </div>
  )
}

function OutputLine({ stage, port, about }: { stage: string; port: string; about: Port }) {
  const { store } = useCanvas()
  const value = useCanvasState((state) => portValue(state, stage, port))
  const targets = useCanvasState(({ graph }) => graph.edges.filter((edge) => edge.from === `${stage}.${port}`).length)
  const what =
    value?.kind === 'table'
      ? `${formatNumber(value.rows)} rows, ${plural(value.columns.length, 'column')}`
      : value
        ? `a ${value.kind}`
        : 'nothing yet'
  return (
    <div className="port-line">
      <i className="port-dot" data-p={about.kind} />
      <div className="grow">
        <div>{about.label}</div>
        <div className="sm t3">
          {what}, feeds {plural(targets, 'stage')}
        </div>
      </div>
      <IconButton quiet size="sm" label={`Show ${about.label} below`} onClick={() => store.setState({ shownPort: `${stage}.${port}` })}>
        <Eye className="i s" aria-hidden />
      </IconButton>
    </div>
  )
}
