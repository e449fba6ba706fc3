import { describe, expect, it } from 'vitest'
import { place, setParam } from '#core/graph/edit'
import { emptyGraph, type Graph } from '#core/graph/graph'
import type { Status } from '#core/runs/status'
import type { Forecast, LatestStage, RunView, StageRunView } from '#core/runs/views'
import type { CanvasState } from '../store.ts'
import { resultsBelow, stageState, staleStages } from './stage-state.ts'

const graph: Graph = {
  ...emptyGraph,
  stages: ['a', 'b', 'c'].map((id) => ({ id, type: 'dedupe', params: {} })),
  edges: [
    { from: 'a.table', to: 'b.table' },
    { from: 'b.table', to: 'c.table' },
  ],
}
const at = new Date(0)

function stageRun(stage: string, status: Status): StageRunView {
  const error = status === 'failed' ? { code: 'bad_input' as const, message: 'No.', hint: {} } : null
  const none = { progress: null, outputs: null, figure: null, error, durationMs: 5, startedAt: at, finishedAt: at }
  return { id: `run-${stage}`, runId: 'r', stage, type: 'dedupe', status, attempt: 1, queuedAt: at, revision: 1, ...none }
}
const runView = (status: Status): RunView => ({
  id: 'r',
  workflow: { id: 'w', name: 'W' },
  version: { id: 'v', number: 1 },
  number: 1,
  status,
  scope: { kind: 'all' },
  overrides: {},
  trigger: 'person',
  startedBy: null,
  error: null,
  stages: {},
  createdAt: at,
  startedAt: at,
  finishedAt: null,
  revision: 1,
})
const last = (stage: string): LatestStage => ({
  stage,
  runId: 'r0',
  stageRunId: 's0',
  runNumber: 0,
  status: 'done',
  outputs: {},
  figure: null,
  durationMs: 7,
  finishedAt: at,
})
const forecast = (states: Record<string, 'cached' | 'run' | 'unknown'>): Forecast => ({
  stages: Object.entries(states).map(([stage, state]) => ({ stage, state, seconds: 0 })),
  total: 3,
  cached: 0,
  seconds: 0,
  words: '',
  problems: [],
})

type Seen = Pick<CanvasState, 'graph' | 'run' | 'latest' | 'forecast'>
const statusesOf = (state: Seen) => state.graph.stages.map((stage) => stageState(state, stage.id).status)
const ran = (run: Status, ...stages: Status[]): CanvasState['run'] => ({
  run: runView(run),
  stages: Object.fromEntries(graph.stages.map(({ id }, i) => [id, stageRun(id, stages[i] ?? 'queued')])),
  graph,
  pinned: false,
})
const latest = { a: last('a'), b: last('b'), c: last('c') }

describe('what a node shows', () => {
  it('nothing before the first run', () => {
    expect(statusesOf({ graph, run: null, latest: {}, forecast: null })).toEqual([null, null, null])
  })
  it('the run while it is open', () => {
    expect(statusesOf({ graph, run: ran('running', 'cached', 'running', 'queued'), latest, forecast: null })).toEqual([
      'cached',
      'running',
      'queued',
    ])
  })
  it('after an edit exactly the edited stage and those below are stale, and an undo takes that back', () => {
    const done = { run: ran('done', 'done', 'done', 'done'), latest, forecast: null }
    const edited = setParam(graph, 'b', 'x', 1)
    expect(statusesOf({ graph: edited, ...done })).toEqual(['done', 'stale', 'stale'])
    expect(staleStages({ graph: edited, ...done })).toEqual(['b', 'c'])
    expect(statusesOf({ graph, ...done })).toEqual(['done', 'done', 'done'])
    expect(statusesOf({ graph: place(graph, new Map([['b', { x: 1, y: 1 }]])), ...done })).toEqual(['done', 'done', 'done'])
  })
  it('a failure until its stage is edited', () => {
    const state = { run: ran('failed', 'done', 'failed', 'skipped'), latest: { a: last('a') }, forecast: null }
    expect(statusesOf({ graph, ...state })).toEqual(['done', 'failed', null])
    expect(stageState({ graph, ...state }, 'b').error?.message).toBe('No.')
    expect(statusesOf({ graph: setParam(graph, 'b', 'x', 1), ...state })).toEqual(['done', null, null])
  })
  it('what the forecast says of stages that the last run left out', () => {
    const state = {
      graph,
      run: ran('done', 'done', 'skipped', 'skipped'),
      latest,
      forecast: { graph, forecast: forecast({ a: 'cached', b: 'cached', c: 'run' }) },
    }
    expect(statusesOf(state)).toEqual(['done', 'done', 'stale'])
    expect(resultsBelow(state, 'a')).toEqual({ good: 1, stale: 1 })
  })
  it('a pinned run as it was', () => {
    const run = { ...ran('failed', 'done', 'failed', 'skipped'), pinned: true }
    const state = { graph: setParam(graph, 'a', 'x', 1), run: run as CanvasState['run'], latest, forecast: null }
    expect(statusesOf(state)).toEqual(['done', 'failed', 'skipped'])
  })
})
