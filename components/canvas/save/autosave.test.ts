import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addStage, remove, setParam } from '#core/graph/edit'
import { emptyGraph, type Graph } from '#core/graph/graph'
import { mergeGraphs } from '#core/graph/merge'
import { editGraph, undo } from '../actions/edit-graph.ts'
import { createCanvasStore } from '../store.ts'
import { type SaveAnswer, startAutosave } from './autosave.ts'
import type { SaveState } from './save-state.ts'

const start: Graph = { ...emptyGraph, stages: [{ id: 'a', type: 'split', params: { c: 1, d: 1 } }] }

/** A server that numbers versions, merges and refuses as the real one does; and a line to it that can be cut. */
function setup() {
  const versions: Graph[] = [start]
  const sent: number[] = []
  const states: SaveState[] = []
  const drafts: (Graph | null)[] = []
  let isCut = false
  const server = {
    cut: (cut: boolean) => {
      isCut = cut
    },
    other: (graph: Graph) => versions.push(graph),
    newest: () => versions.at(-1),
  }
  const store = createCanvasStore(start)
  const autosave = startAutosave(
    store,
    { number: 1, graph: start },
    {
      async save({ baseNumber, graph }): Promise<SaveAnswer> {
        sent.push(Date.now())
        await new Promise((resolve) => setTimeout(resolve, 20))
        if (isCut) return { kind: 'offline', sentence: 'The server does not answer.' }
        const newest = versions.at(-1) ?? start
        if (baseNumber === versions.length) {
          versions.push(graph)
          return { kind: 'saved', number: versions.length, at: new Date(), merged: null }
        }
        const merged = mergeGraphs(versions[baseNumber - 1] ?? start, graph, newest)
        if (merged.conflicts.length > 0) {
          const conflict = { number: versions.length, by: 'Bob', at: '', summary: '', graph: newest, conflicts: merged.conflicts }
          return { kind: 'conflict', conflict, sentence: 'Bob saved' }
        }
        versions.push(merged.graph)
        return { kind: 'saved', number: versions.length, at: new Date(), merged: merged.graph }
      },
      draft: (edit) => drafts.push(edit?.graph ?? null),
      onState: (state) => states.push(state),
      now: () => new Date(),
    },
  )
  const edit = (param: string, value: number) => editGraph(store, (graph) => setParam(graph, 'a', param, value))
  return { store, autosave, server, sent, states, drafts, edit, params: () => store.getState().graph.stages[0]?.params }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('autosave', () => {
  it('saves within a second, also while somebody keeps drawing', async () => {
    const { edit, sent, autosave } = setup()
    const began = Date.now()
    for (let i = 0; i < 12; i++) {
      edit('c', 10 + i)
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(sent[0]).toBeLessThanOrEqual(began + 1_000)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(autosave.state().kind).toBe('saved')
  })

  it('keeps a draft from the first edit until it is saved', async () => {
    const { edit, drafts, store } = setup()
    edit('c', 2)
    expect(drafts.at(-1)).toBe(store.getState().graph)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(drafts.at(-1)).toBeNull()
  })

  it('merges what another tab saved, keeps what was drawn meanwhile, and undo takes back mine only', async () => {
    const { edit, server, params, store, autosave } = setup()
    server.other(setParam(start, 'a', 'd', 9))
    edit('c', 2)
    await vi.advanceTimersByTimeAsync(410)
    edit('e', 5)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(params()).toEqual({ c: 2, d: 9, e: 5 })
    expect(server.newest()).toEqual(store.getState().graph)
    expect(autosave.state().kind).toBe('saved')
    undo(store)
    expect(params()).toEqual({ c: 2, d: 9 })
    undo(store)
    expect(params()).toEqual({ c: 1, d: 9 })
  })

  it('never drops a refused edit: it waits for a choice', async () => {
    const { edit, server, params, autosave, drafts } = setup()
    server.other(setParam(start, 'a', 'c', 7))
    edit('c', 2)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(autosave.state()).toMatchObject({ kind: 'conflict', conflict: { by: 'Bob', conflicts: [{ param: 'c', mine: 2, theirs: 7 }] } })
    edit('d', 3)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(params()).toEqual({ c: 2, d: 3 })
    expect(drafts.at(-1)).not.toBeNull()
    autosave.resolve(() => 'mine')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(autosave.state().kind).toBe('saved')
    expect(server.newest()?.stages[0]?.params).toEqual({ c: 2, d: 3 })
  })

  it('takes theirs on request', async () => {
    const { edit, server, params, autosave } = setup()
    server.other(setParam(start, 'a', 'c', 7))
    edit('c', 2)
    await vi.advanceTimersByTimeAsync(1_000)
    autosave.resolve(() => 'theirs')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(params()).toEqual({ c: 7, d: 1 })
    expect(autosave.state().kind).toBe('saved')
  })

  it('goes on without a line, says so, and saves all when it is back', async () => {
    const { edit, server, params, states, autosave } = setup()
    server.cut(true)
    edit('c', 2)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(autosave.state().kind).toBe('offline')
    edit('d', 3)
    await vi.advanceTimersByTimeAsync(5_000)
    server.cut(false)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(autosave.state().kind).toBe('saved')
    expect(server.newest()?.stages[0]?.params).toEqual(params())
    expect(states.filter((state) => state.kind === 'offline').length).toBeGreaterThan(1)
  })

  it('takes over what others saved while nothing waits', async () => {
    const { autosave, store, server, states } = setup()
    const newer = addStage(start, { id: 'b', type: 'split', params: {} })
    server.other(newer)
    autosave.take({ number: 2, graph: newer })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(store.getState().graph).toBe(newer)
    expect(states).toEqual([])
    editGraph(store, (graph) => remove(graph, { stages: ['b'] }))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(server.newest()?.stages.map((s) => s.id)).toEqual(['a'])
  })

  it('stops at once', async () => {
    const { edit, autosave, sent } = setup()
    edit('c', 2)
    autosave.stop()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(sent).toEqual([])
  })
})
