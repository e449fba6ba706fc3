import type { Graph } from '#core/graph/graph'
import type { CanvasStore } from '../store.ts'

/** Edits of the same thing within this time are one step of the history: typing, nudging with the arrow keys. */
const oneStepMs = 1_200
const lastEdits = new WeakMap<CanvasStore, { key: string; at: number }>()

/**
 * The only way the graph changes by hand. One call is one step of the history; calls with the same `key` soon after
 * one another are one step together.
 */
export function editGraph(store: CanvasStore, change: (graph: Graph) => Graph, key?: string): boolean {
  const { graph, locked } = store.getState()
  if (locked !== null) return false
  const next = change(graph)
  if (next === graph) return false
  const last = lastEdits.get(store)
  const now = Date.now()
  const history = store.temporal.getState()
  const joins = key !== undefined && last?.key === key && now - last.at < oneStepMs && history.pastStates.length > 0
  if (joins) history.pause()
  store.setState({ graph: next })
  if (joins) history.resume()
  lastEdits.set(store, { key: key ?? '', at: now })
  return true
}

/** Begins a step that ends with `closeStep`: for gestures, which begin and end in different events. */
export function openStep(store: CanvasStore): Graph {
  store.temporal.getState().pause()
  return store.getState().graph
}

/** Ends a step: the history gets one entry for all that changed since `before`. */
export function closeStep(store: CanvasStore, before: Graph): void {
  const after = store.getState().graph
  if (after !== before) store.setState({ graph: before })
  store.temporal.getState().resume()
  if (after !== before) store.setState({ graph: after })
  lastEdits.delete(store)
}

/** Takes back one step; selection of what is gone goes too. */
export function undo(store: CanvasStore): void {
  if (store.getState().locked === null) store.temporal.getState().undo()
  lastEdits.delete(store)
}

export function redo(store: CanvasStore): void {
  if (store.getState().locked === null) store.temporal.getState().redo()
  lastEdits.delete(store)
}

/**
 * Takes over a graph that came from outside: another tab, another person, a merge. The steps of the history are
 * carried over by `rebase`, so that undo takes back mine and leaves theirs; steps that cannot be carried are dropped.
 */
export function takeGraph(store: CanvasStore, graph: Graph, rebase?: (step: Graph) => Graph | null): void {
  const history = store.temporal.getState()
  history.pause()
  store.setState({ graph })
  const carry = (steps: { graph?: Graph }[]) => {
    const carried: { graph: Graph }[] = []
    for (const step of [...steps].reverse()) {
      const next = step.graph && rebase ? rebase(step.graph) : null
      if (next === null) break
      carried.unshift({ graph: next })
    }
    return carried
  }
  store.temporal.setState({ pastStates: carry(history.pastStates), futureStates: [] })
  store.temporal.getState().resume()
  lastEdits.delete(store)
}
