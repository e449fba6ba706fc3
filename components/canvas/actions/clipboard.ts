import type { Position } from '#core/graph/edit'
import { copyPart, pastePart, readPart } from '#core/graph/paste'
import { type CanvasStore, chosenParts, noteKey } from '../store.ts'
import { editGraph } from './edit-graph.ts'

/** The selection as readable JSON, or null when nothing is selected. */
export function copySelected(store: CanvasStore): string | null {
  const { graph, selected } = store.getState()
  if (selected.size === 0) return null
  const { stages, notes } = chosenParts(selected)
  return JSON.stringify(copyPart(graph, stages, notes), null, 2)
}

/** Adds what clipboard text holds, at a place, and selects it. Says whether the text was part of a workflow. */
export function pasteText(store: CanvasStore, text: string, at: Position): boolean {
  const part = readPart(text)
  if (!part) return false
  const selected = new Set<string>()
  editGraph(store, (graph) => {
    const pasted = pastePart(graph, part, { x: Math.round(at.x), y: Math.round(at.y) })
    for (const id of pasted.stages) selected.add(id)
    for (const id of pasted.notes) selected.add(noteKey(id))
    return pasted.graph
  })
  if (selected.size > 0) store.setState({ selected, selectedEdges: new Set() })
  return true
}

/** Copies the selection beside itself, with its inner edges. */
export function duplicateSelected(store: CanvasStore): void {
  const { graph, selected } = store.getState()
  const { stages, notes } = chosenParts(selected)
  const places = [...graph.stages.filter(({ id }) => stages.has(id)), ...graph.notes.filter(({ id }) => notes.has(id))]
  const corners = places.flatMap(({ position }) => (position ? [position] : []))
  const text = copySelected(store)
  if (text === null) return
  const at = {
    x: Math.min(...corners.map(({ x }) => x), Number.MAX_SAFE_INTEGER),
    y: Math.min(...corners.map(({ y }) => y), Number.MAX_SAFE_INTEGER),
  }
  pasteText(store, text, corners.length > 0 ? { x: at.x + 32, y: at.y + 32 } : { x: 0, y: 0 })
}
