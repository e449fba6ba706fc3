import type { ShownStatus } from '#components/ui/status'
import type { ErrorRecord } from '#core/errors/app-error'
import { diffGraphs, touchedStages } from '#core/graph/diff'
import type { Graph } from '#core/graph/graph'
import { stagesBelow } from '#core/graph/reach'
import type { PortValue } from '#core/ports/kinds'
import { isFinal } from '#core/runs/status'
import type { FigureView, Forecast, Outputs, ProgressView, StageForecast, StageRunView } from '#core/runs/views'
import type { CanvasState } from '../store.ts'

/** What a node shows of the runs of its stage. */
export type StageState = {
  /** Null: it never ran. */
  status: ShownStatus | null
  durationMs: number | null
  startedAt: Date | null
  progress: ProgressView | null
  figure: FigureView | null
  error: ErrorRecord | null
  outputs: Outputs | null
  /** Id of the stage run that this comes from, for its log. */
  stageRunId: string | null
}

const nothing: StageState = {
  status: null,
  durationMs: null,
  startedAt: null,
  progress: null,
  figure: null,
  error: null,
  outputs: null,
  stageRunId: null,
}

/**
 * What is known of a stage: the shown run while it is open; its result for as long as nothing it depends on was edited
 * since; else the newest good result, which is stale when a run would have to work again.
 */
export function stageState(state: Pick<CanvasState, 'graph' | 'run' | 'latest' | 'forecast'>, id: string): StageState {
  const { graph, run, latest, forecast } = state
  const live = run?.stages[id]
  if (run?.pinned) return live ? fromRun(live, latest[id]?.outputs) : nothing
  if (run && live && !isFinal(run.run.status) && live.status !== 'skipped') return fromRun(live, latest[id]?.outputs)
  const isAsRun = run?.graph ? !touchedSince(run.graph, graph).has(id) : false
  const saysMore = live && live.status !== 'skipped' && live.status !== 'cancelled'
  if (live && saysMore && isAsRun) return fromRun(live, latest[id]?.outputs)
  const last = latest[id]
  if (!last) return nothing
  const foretold = forecast ? expectedStates(forecast.forecast).get(id) : undefined
  const holds = foretold === 'cached' && forecast !== null && !touchedSince(forecast.graph, graph).has(id)
  return {
    ...nothing,
    status: holds ? last.status : 'stale',
    durationMs: last.durationMs,
    figure: last.figure,
    outputs: last.outputs,
    stageRunId: last.stageRunId,
  }
}

/** The value on an output port, as far as one is there. */
export function portValue(
  state: Pick<CanvasState, 'graph' | 'run' | 'latest' | 'forecast'>,
  stage: string,
  port: string,
): PortValue | undefined {
  return stageState(state, stage).outputs?.[port]
}

/** How many stages below have a result that would no longer hold once this stage changes, and how many hold no more already. */
export function resultsBelow(
  state: Pick<CanvasState, 'graph' | 'run' | 'latest' | 'forecast'>,
  id: string,
): { good: number; stale: number } {
  const statuses = [...stagesBelow(state.graph.edges, [id])].map((stage) => stageState(state, stage).status)
  const count = (status: ShownStatus) => statuses.filter((each) => each === status).length
  return { good: count('done') + count('cached') + count('waiting'), stale: count('stale') }
}

/** Ids of stages whose result no longer holds. */
export function staleStages(state: Pick<CanvasState, 'graph' | 'run' | 'latest' | 'forecast'>): string[] {
  return state.graph.stages.map((stage) => stage.id).filter((id) => stageState(state, id).status === 'stale')
}

function fromRun(live: StageRunView, before: Outputs | undefined): StageState {
  return {
    status: live.status,
    durationMs: live.durationMs,
    startedAt: live.startedAt,
    progress: live.progress,
    figure: live.figure,
    error: live.error,
    outputs: live.outputs ?? before ?? null,
    stageRunId: live.id,
  }
}

const expected = new WeakMap<Forecast, ReadonlyMap<string, StageForecast['state']>>()

/** The states of a forecast by stage; asked by every node at every change, so it is made once. */
function expectedStates(forecast: Forecast): ReadonlyMap<string, StageForecast['state']> {
  const known = expected.get(forecast)
  if (known) return known
  const made = new Map(forecast.stages.map(({ stage, state }) => [stage, state]))
  expected.set(forecast, made)
  return made
}

const touched = new WeakMap<Graph, { before: Graph; stages: ReadonlySet<string> }>()

/** Stages whose result may differ between the two graphs: edited, or below an edited one. The last answer for a graph is kept. */
export function touchedSince(before: Graph, after: Graph): ReadonlySet<string> {
  if (before === after) return none
  const known = touched.get(after)
  if (known?.before === before) return known.stages
  const edited = touchedStages(diffGraphs(before, after))
  const seeded = before.seed === after.seed ? edited : new Set(after.stages.map((stage) => stage.id))
  const stages = new Set([...seeded, ...stagesBelow(after.edges, seeded)])
  touched.set(after, { before, stages })
  return stages
}

const none: ReadonlySet<string> = new Set()
