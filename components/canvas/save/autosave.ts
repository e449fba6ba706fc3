import { sameJson } from '#core/graph/canonical'
import type { Graph } from '#core/graph/graph'
import { type Conflict, mergeGraphs, type SaveConflict, type Side } from '#core/graph/merge'
import { takeGraph } from '../actions/edit-graph.ts'
import type { CanvasStore } from '../store.ts'
import type { SaveState } from './save-state.ts'

/**
 * Keeps a canvas and its workflow in step.
 *
 *   saved ──edit──> waiting ──400 ms still, or 900 ms──> saving ──ok──> saved (or waiting, when there were more edits)
 *                                                         ├──no answer──> offline ──retry──> saving
 *                                                         ├──refused────> conflict ──resolve──> saving
 *                                                         └──other──────> failed ──retry──> saving
 *
 * `base` is the newest version that this tab knows; every save says from which version the edit was made. What is not
 * saved yet also lies in a draft, so that a killed tab loses nothing that was drawn before its last second.
 */

export type Base = { number: number; graph: Graph }
export type SaveAnswer =
  | { kind: 'saved'; number: number; at: Date; merged: Graph | null }
  | { kind: 'conflict'; conflict: SaveConflict; sentence: string }
  | { kind: 'offline'; sentence: string }
  | { kind: 'refused'; sentence: string }

export type AutosavePorts = {
  save(edit: { baseNumber: number; graph: Graph; summary?: string | undefined }): Promise<SaveAnswer>
  /** Keeps the edit outside the page, until `null` says that it is saved. */
  draft(edit: { baseNumber: number; graph: Graph } | null): void
  onState(state: SaveState): void
  now(): Date
}

export type Autosave = {
  state(): SaveState
  base(): Base
  /** Saves now, whatever is waiting. */
  flush(): Promise<void>
  /** Chooses a side for each clash of a refused save, and saves the result. */
  resolve(prefer: (conflict: Conflict) => Side): void
  /** Takes over a newer version that somebody else saved. Does nothing while an edit waits: saving will merge it. */
  take(newer: Base): void
  stop(): void
}

const stillMs = 400
const atMostMs = 900
const retryMs = [1_000, 2_000, 4_000, 8_000, 15_000]

/** Starts saving what changes in the store. */
export function startAutosave(store: CanvasStore, start: Base, ports: AutosavePorts): Autosave {
  let base = start
  let state: SaveState = { kind: 'saved', at: null }
  let timer: ReturnType<typeof setTimeout> | undefined
  let dirtySince: number | null = null
  let inFlight: Promise<void> | null = null
  let tries = 0
  let isStopped = false

  const show = (next: SaveState) => {
    state = next
    ports.onState(next)
  }
  const isDirty = () => store.getState().graph !== base.graph
  const schedule = (ms: number) => {
    clearTimeout(timer)
    if (!isStopped) timer = setTimeout(() => void send(), ms)
  }

  const onEdit = () => {
    const { graph } = store.getState()
    if (graph === base.graph) return
    ports.draft({ baseNumber: base.number, graph })
    if (state.kind === 'conflict' || state.kind === 'offline') return
    const now = ports.now().getTime()
    dirtySince ??= now
    if (state.kind !== 'saving') show({ kind: 'waiting' })
    schedule(Math.max(0, Math.min(stillMs, dirtySince + atMostMs - now)))
  }

  const send = (): Promise<void> => {
    inFlight ??= sendOnce().finally(() => {
      inFlight = null
      if (isDirty() && state.kind === 'waiting') schedule(stillMs)
    })
    return inFlight
  }

  const sendOnce = async (): Promise<void> => {
    clearTimeout(timer)
    const { graph } = store.getState()
    if (graph === base.graph || state.kind === 'conflict') return
    dirtySince = null
    if (state.kind !== 'offline') show({ kind: 'saving' })
    const sentFrom = base
    const answer = await ports.save({ baseNumber: sentFrom.number, graph })
    if (isStopped) return
    switch (answer.kind) {
      case 'saved':
        tries = 0
        settle(graph, answer)
        return
      case 'conflict':
        show(answer)
        return
      case 'offline':
        show({ kind: 'offline', since: state.kind === 'offline' ? state.since : ports.now(), sentence: answer.sentence })
        schedule(retryMs[Math.min(tries++, retryMs.length - 1)] ?? 15_000)
        return
      case 'refused':
        show({ kind: 'failed', sentence: answer.sentence })
    }
  }

  /** The save is in. When it was merged with somebody else's, the canvas takes that over, with what was drawn meanwhile on top. */
  const settle = (sent: Graph, { number, at, merged }: { number: number; at: Date; merged: Graph | null }) => {
    if (merged) {
      const { graph } = store.getState()
      const next = graph === sent ? merged : mergeGraphs(sent, graph, merged).graph
      base = { number, graph: merged }
      takeGraph(store, next, (step) => rebase(sent, step, merged))
    } else {
      base = { number, graph: sent }
    }
    if (isDirty() && !sameJson(store.getState().graph, base.graph)) {
      show({ kind: 'waiting' })
      onEdit()
    } else {
      ports.draft(null)
      show({ kind: 'saved', at })
    }
  }

  const unsubscribe = store.subscribe((now, before) => {
    if (now.graph !== before.graph) onEdit()
  })
  if (isDirty()) onEdit()

  return {
    state: () => state,
    base: () => base,
    flush: async () => {
      await inFlight
      if (isDirty()) await send()
    },
    resolve(prefer) {
      if (state.kind !== 'conflict') return
      const { conflict } = state
      const mine = store.getState().graph
      const { graph } = mergeGraphs(base.graph, mine, conflict.graph, prefer)
      const before = base.graph
      base = { number: conflict.number, graph: conflict.graph }
      show({ kind: 'waiting' })
      takeGraph(store, graph, (step) => rebase(before, step, conflict.graph))
      if (sameJson(graph, base.graph)) {
        ports.draft(null)
        show({ kind: 'saved', at: ports.now() })
      } else void send()
    },
    take(newer) {
      if (newer.number <= base.number || state.kind !== 'saved' || isDirty()) return
      const before = base.graph
      base = newer
      takeGraph(store, newer.graph, (step) => rebase(before, step, newer.graph))
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
      unsubscribe()
    },
  }
}

/** A step of the history with the change from `before` to `after` in it, or null when they clash. */
function rebase(before: Graph, step: Graph, after: Graph): Graph | null {
  const { graph, conflicts } = mergeGraphs(before, step, after)
  return conflicts.length === 0 ? graph : null
}
