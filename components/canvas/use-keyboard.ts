import { useReactFlow } from '@xyflow/react'
import { useEffect, useRef } from 'react'
import { tell } from '#components/ui/toasts'
import { rightOf } from './actions/add-stage.ts'
import { copySelected, duplicateSelected, pasteText } from './actions/clipboard.ts'
import { redo, undo } from './actions/edit-graph.ts'
import { addNote } from './actions/notes.ts'
import { removeSelected } from './actions/remove-parts.ts'
import { type Direction, selectAll, selectNothing, walk } from './actions/select.ts'
import { type Canvas, useCanvas } from './canvas-context'
import { fitAll } from './flow/fit-view.ts'
import { tidyUp } from './layout/tidy-up.ts'
import { nodeWidth } from './stage-shape.ts'
import { noteOfKey, onlySelected } from './store.ts'

type Point = { x: number; y: number }
type View = {
  /** Where the pointer is over the canvas, else its middle; in the window. */
  point(): Point
  isPointing(): boolean
  toFlow(point: Point): Point
  toScreen(point: Point): Point
  fit(): void
  zoom(by: 1 | -1): void
  show(id: string): void
  help(): void
}

/** The whole keyboard of the canvas, and its clipboard. */
export function useKeyboard(openHelp: () => void): void {
  const canvas = useCanvas()
  const flow = useReactFlow()
  const pointer = useRef<Point | null>(null)
  useEffect(() => {
    const view: View = {
      point: () => pointer.current ?? middleOfCanvas(),
      isPointing: () => pointer.current !== null,
      toFlow: flow.screenToFlowPosition,
      toScreen: flow.flowToScreenPosition,
      fit: () => void flow.fitView({ ...fitAll, duration: 200 }),
      zoom: (by) => void (by > 0 ? flow.zoomIn({ duration: 140 }) : flow.zoomOut({ duration: 140 })),
      show: (id) => void flow.fitView({ nodes: [{ id }], maxZoom: flow.getZoom(), minZoom: flow.getZoom(), duration: 200 }),
      help: openHelp,
    }
    const onMove = (event: PointerEvent) => {
      const isOver = event.target instanceof Element && event.target.closest('.canvas') !== null
      pointer.current = isOver ? { x: event.clientX, y: event.clientY } : null
    }
    const onKey = (event: KeyboardEvent) => {
      if (isWriting(event.target) || event.defaultPrevented) return
      if (keyAction(event, canvas, view)) event.preventDefault()
    }
    const onCopy = (event: ClipboardEvent) => {
      if (isWriting(event.target) || hasTextSelection()) return
      const text = copySelected(canvas.store)
      if (text === null) return
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
      if (event.type === 'cut') removeSelected(canvas.store)
    }
    const onPaste = (event: ClipboardEvent) => {
      if (isWriting(event.target)) return
      const { locked } = canvas.store.getState()
      const text = event.clipboardData?.getData('text/plain') ?? ''
      if (locked !== null) tell({ title: 'Not pasted', detail: locked, status: 'waiting' })
      else if (pasteText(canvas.store, text, view.toFlow(view.point()))) event.preventDefault()
      else if (text.trim().startsWith('{'))
        tell({ title: 'Not pasted', detail: 'The clipboard holds no stages of a workflow.', status: 'waiting' })
    }
    window.addEventListener('pointermove', onMove)
    window.addEventListener('keydown', onKey)
    window.addEventListener('copy', onCopy)
    window.addEventListener('cut', onCopy)
    window.addEventListener('paste', onPaste)
    return () => {
      window.removeEventListener('pointermove', onMove)
      window.removeEventListener('keydown', onKey)
      window.removeEventListener('copy', onCopy)
      window.removeEventListener('cut', onCopy)
      window.removeEventListener('paste', onPaste)
    }
  }, [canvas, flow, openHelp])
}

const directions: Partial<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }

/** Does what a key means here; false leaves it to the browser. */
function keyAction(event: KeyboardEvent, canvas: Canvas, view: View): boolean {
  const { store } = canvas
  const isCommand = event.ctrlKey || event.metaKey
  const done = (action: unknown) => {
    void action
    return true
  }
  if (event.key === 'Delete' || event.key === 'Backspace') return removeSelected(store, { rejoin: isCommand })
  if (event.altKey) {
    const direction = directions[event.key]
    const to = direction ? walk(store, direction) : null
    return to !== null && done(view.show(to))
  }
  if (isCommand) return commandAction(event, canvas)
  switch (event.key) {
    case '/':
      return done(openAdd(canvas, view))
    case 'Tab':
      // Tab keeps its meaning once anything has the focus.
      return document.activeElement === document.body && done(openAdd(canvas, view))
    case 'Escape':
      return done(selectNothing(store))
    case '?':
      return done(view.help())
    case 'c':
      return done(openConnect(canvas, view))
    case 'n':
      return done(addNote(store, view.toFlow(view.point())))
    case 'l':
      return done(tidyUp(store))
    case '!':
      return done(view.fit())
    case '+':
    case '=':
      return done(view.zoom(1))
    case '-':
      return done(view.zoom(-1))
    case 'F2':
      return done(document.querySelector<HTMLInputElement>('.inspector input[data-rename]')?.focus())
    case 'Enter':
      return done(openSelected(canvas))
    default:
      return false
  }
}

function commandAction(event: KeyboardEvent, { store, run, flush }: Canvas): boolean {
  const key = event.key.toLowerCase()
  const action: Partial<Record<string, () => void>> = {
    z: () => (event.shiftKey ? redo(store) : undo(store)),
    y: () => redo(store),
    a: () => selectAll(store),
    d: () => duplicateSelected(store),
    s: () => void flush(),
    enter: () => void run({ kind: 'all' }),
  }
  const found = action[key]
  found?.()
  return found !== undefined
}

/** At the pointer; without one, after the selected stage. */
function openAdd({ store }: Canvas, view: View): void {
  const state = store.getState()
  if (state.locked !== null) return
  const beside = view.isPointing() ? null : onlySelected(state)
  const next = beside === null ? null : rightOf(state.graph, beside)
  const screen = next ? view.toScreen(next) : view.point()
  const at = next ? { x: next.x, y: next.y + 46 } : view.toFlow(screen)
  store.setState({ menu: { kind: 'add', screen, at, from: null, ...(beside !== null && { beside }) } })
}

function openConnect({ store }: Canvas, view: View): void {
  const state = store.getState()
  const stage = onlySelected(state)
  const place = state.graph.stages.find(({ id }) => id === stage)?.position
  if (stage === null || state.locked !== null) return
  const screen = place ? view.toScreen({ x: place.x + nodeWidth, y: place.y }) : view.point()
  store.setState({ menu: { kind: 'connect', stage, screen } })
}

/** Enter on a selected note writes, on a selected stage goes to its settings. */
function openSelected({ store }: Canvas): void {
  const [key] = store.getState().selected
  const note = key === undefined ? null : noteOfKey(key)
  if (note !== null) store.setState({ editingNote: note })
  else document.querySelector<HTMLElement>('.inspector .fields :is(input, select, textarea, button)')?.focus()
}

function middleOfCanvas(): Point {
  const box = document.querySelector('.canvas .react-flow')?.getBoundingClientRect()
  return { x: (box?.left ?? 0) + (box?.width ?? 0) / 2, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 }
}

/** Keys that belong to a form, a menu or a dialog. */
function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  const isField =
    target.closest('input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="tablist"], .point-menu') !==
    null
  const isButton = target.closest('button, a') !== null
  return isField || (isButton && target.closest('.canvas .react-flow') === null)
}

function hasTextSelection(): boolean {
  return (window.getSelection()?.toString() ?? '') !== ''
}
