import { inputsFor, outputsFor, refusal, refusalsOf } from '#core/graph/compatible'
import { connect, type Position } from '#core/graph/edit'
import { shapeOf } from '../stage-shape.ts'
import type { CanvasStore, OpenEnd } from '../store.ts'
import { editGraph } from './edit-graph.ts'

/** Joins two ports; says in words why not. */
export function connectPorts(store: CanvasStore, from: string, to: string): string | null {
  const { graph, locked } = store.getState()
  if (locked !== null) return locked
  const reason = refusal(graph, from, to, shapeOf)
  if (reason === null) editGraph(store, (before) => connect(before, from, to))
  return reason
}

/** Joins an open end with a port of the other side. */
export function joinEnds(store: CanvasStore, open: OpenEnd, other: string): string | null {
  return open.side === 'outputs' ? connectPorts(store, open.ref, other) : connectPorts(store, other, open.ref)
}

/** A connection begins to be dragged: every port of the other side learns whether it fits. */
export function startConnecting(store: CanvasStore, from: OpenEnd): void {
  const { graph } = store.getState()
  store.setState({ connecting: { from, refusals: refusalsOf(graph, from.ref, from.side, shapeOf) }, menu: null })
}

/** A connection was let go on the body of a stage: joins the only port that fits, or asks which. Says why when none does. */
export function dropOnStage(store: CanvasStore, from: OpenEnd, stage: string, screen: Position): string | null {
  const { graph } = store.getState()
  const ports = from.side === 'outputs' ? inputsFor(graph, from.ref, stage, shapeOf) : outputsFor(graph, from.ref, stage, shapeOf)
  const [only] = ports
  if (only === undefined) return reasonAtStage(store, from, stage)
  if (ports.length === 1) return joinEnds(store, from, `${stage}.${only}`)
  store.setState({ menu: { kind: 'ask-port', screen, from, stage, ports } })
  return null
}

/** A connection was let go on the empty canvas: the menu lists the stages that could go on from there. */
export function dropOnCanvas(store: CanvasStore, from: OpenEnd, screen: Position, at: Position): void {
  if (store.getState().locked === null) store.setState({ menu: { kind: 'add', screen, at, from } })
}

function reasonAtStage(store: CanvasStore, from: OpenEnd, stage: string): string {
  const { graph } = store.getState()
  const reasons = [...refusalsOf(graph, from.ref, from.side, shapeOf)].filter(([ref]) => ref.startsWith(`${stage}.`))
  const side = from.side === 'outputs' ? 'input' : 'output'
  return reasons[0]?.[1] ?? `This stage has no ${side}.`
}
