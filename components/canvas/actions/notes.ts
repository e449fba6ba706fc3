import { freshId, type Position, putNote, remove } from '#core/graph/edit'
import type { Note } from '#core/graph/graph'
import { type CanvasStore, noteKey } from '../store.ts'
import { closeStep, editGraph, openStep } from './edit-graph.ts'

/** Adds an empty note and lets the person write at once. */
export function addNote(store: CanvasStore, at: Position): void {
  const { graph } = store.getState()
  const id = freshId(new Set(graph.notes.map((note) => note.id)), 'note')
  if (editGraph(store, (before) => putNote(before, { id, text: '', position: { x: Math.round(at.x), y: Math.round(at.y) } }))) {
    store.setState({ editingNote: id, selected: new Set([noteKey(id)]) })
  }
}

/** Ends writing. A note without words goes. */
export function writeNote(store: CanvasStore, id: string, text: string): void {
  store.setState({ editingNote: null })
  const words = text.slice(0, 4000)
  editGraph(store, (graph) => {
    const note = graph.notes.find((other) => other.id === id)
    if (!note || note.text === words) return words.trim() === '' ? remove(graph, { notes: [id] }) : graph
    return words.trim() === '' ? remove(graph, { notes: [id] }) : putNote(graph, { ...note, text: words })
  })
}

/** Gives a note another size and, when it was pulled at its left or top, another place. */
export function sizeNote(store: CanvasStore, id: string, size: Required<Pick<Note, 'width' | 'height'>> & { position: Position }): void {
  const before = openStep(store)
  editGraph(store, (graph) => {
    const note = graph.notes.find((other) => other.id === id)
    return note ? putNote(graph, { ...note, ...size }) : graph
  })
  closeStep(store, before)
}
