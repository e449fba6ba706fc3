import { temporal } from 'zundo'
import { createStore } from 'zustand/vanilla'
import type { Position } from '#core/graph/edit'
import { type Graph, parsePortRef } from '#core/graph/graph'
import type { PairUse } from '#core/graph/pairs'
import type { Column } from '#core/ports/columns'
import type { Forecast, LatestStage, RunView, StageRunView } from '#core/runs/views'
import type { SaveState } from './save/save-state.ts'

/** One end of a connection in the making. */
export type OpenEnd = { ref: string; side: 'inputs' | 'outputs' }

/** A menu at a point of the window. */
export type CanvasMenu =
  /** Add a stage at a point; with `from`, joined with that port; with `beside`, joined with that stage where it fits. */
  | { kind: 'add'; screen: Position; at: Position; from: OpenEnd | null; beside?: string }
  /** Join a port of `stage` with any port that fits; the way to connect by keyboard. */
  | { kind: 'connect'; screen: Position; stage: string }
  /** A stage has several ports that fit. */
  | { kind: 'ask-port'; screen: Position; from: OpenEnd; stage: string; ports: string[] }
  /** What can be done with a stage. */
  | { kind: 'stage'; screen: Position; stage: string }

/** The newest run that is shown on the canvas, or the past run that was opened. */
export type ShownRun = {
  run: RunView
  stages: Readonly<Record<string, StageRunView>>
  /** The graph that this run ran. Null until it is loaded. */
  graph: Graph | null
  /** A past run that was opened: the canvas shows it as it was, and nothing newer. */
  pinned: boolean
}

export type CanvasState = {
  graph: Graph
  /** Keys of nodes: ids of stages, and `note:` before ids of notes. */
  selected: ReadonlySet<string>
  /** Edges by their input. */
  selectedEdges: ReadonlySet<string>
  /** Why nothing may be changed, or null. */
  locked: string | null
  menu: CanvasMenu | null
  /** While a connection is dragged: why each port of the other side would be refused; null means that it fits. */
  connecting: { from: OpenEnd; refusals: ReadonlyMap<string, string | null> } | null
  /** The edge (by its input) or stage that a dragged stage would fall on. */
  dropOn: string | null
  /** The port that the dock shows, `stage.port`. */
  shownPort: string | null
  /** The note that is being written. */
  editingNote: string | null
  run: ShownRun | null
  /** Newest good outputs of each stage, whichever run made them. */
  latest: Readonly<Record<string, LatestStage>>
  /** What a run of everything would do, and the graph that this was asked for. */
  forecast: { forecast: Forecast; graph: Graph } | null
  pairs: PairUse
  /** Columns of the newest version of each data set, by its id and by its name. */
  dataSets: Readonly<Record<string, readonly Column[]>>
  save: SaveState
  /** The newest version that this tab knows. */
  version: number
}

export type CanvasStore = ReturnType<typeof createCanvasStore>

export const historySteps = 200

/** One store per open workflow. Only the graph is in the history. */
export function createCanvasStore(graph: Graph, locked: string | null = null) {
  return createStore<CanvasState>()(
    temporal(
      (): CanvasState => ({
        graph,
        selected: new Set<string>(),
        selectedEdges: new Set<string>(),
        locked,
        menu: null,
        connecting: null,
        dropOn: null,
        shownPort: null,
        editingNote: null,
        run: null,
        latest: {},
        forecast: null,
        pairs: {},
        dataSets: {},
        save: { kind: 'saved', at: null },
        version: 1,
      }),
      {
        limit: historySteps,
        partialize: ({ graph }) => ({ graph }),
        equality: (a, b) => a.graph === b.graph,
      },
    ),
  )
}

/** The key of a note among the nodes; a stage id has no colon. */
export const noteKey = (id: string): string => `note:${id}`

/** The note that a node key means, or null when it means a stage. */
export const noteOfKey = (key: string): string | null => (key.startsWith('note:') ? key.slice(5) : null)

/** The chosen nodes as ids of stages and ids of notes. */
export function chosenParts(keys: Iterable<string>): { stages: Set<string>; notes: Set<string> } {
  const parts = { stages: new Set<string>(), notes: new Set<string>() }
  for (const key of keys) {
    const note = noteOfKey(key)
    if (note === null) parts.stages.add(key)
    else parts.notes.add(note)
  }
  return parts
}

/** The one selected stage, when exactly one is selected and nothing else. */
export function onlySelected({ graph, selected }: Pick<CanvasState, 'graph' | 'selected'>): string | null {
  if (selected.size !== 1) return null
  const [id] = selected
  return id !== undefined && graph.stages.some((stage) => stage.id === id) ? id : null
}

/** The stage of a port ref. */
export const stageOf = (ref: string): string => parsePortRef(ref).stage
