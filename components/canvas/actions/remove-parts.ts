import { remove } from '#core/graph/edit'
import { removeAndRejoin } from '#core/graph/rewire'
import { shapeOf } from '../stage-shape.ts'
import { type CanvasStore, chosenParts } from '../store.ts'
import { editGraph } from './edit-graph.ts'

/** Removes what is selected, edges of removed stages included, as one step. With `rejoin` the neighbours are joined. */
export function removeSelected(store: CanvasStore, { rejoin = false } = {}): boolean {
  const { selected, selectedEdges } = store.getState()
  const { stages, notes } = chosenParts(selected)
  const done = editGraph(store, (graph) => {
    const rejoined = rejoin ? removeAndRejoin(graph, [...stages], shapeOf) : graph
    return remove(rejoined, { stages, notes, edges: selectedEdges })
  })
  if (done) store.setState({ selected: new Set(), selectedEdges: new Set(), editingNote: null })
  return done
}
