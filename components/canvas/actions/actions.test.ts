import { describe, expect, it } from 'vitest'
import { connect, setParam } from '#core/graph/edit'
import { emptyGraph, type Graph } from '#core/graph/graph'
import { createProjection } from '../project-graph.ts'
import { createCanvasStore, historySteps, noteKey } from '../store.ts'
import { addStageAt, addStageNext } from './add-stage.ts'
import { copySelected, duplicateSelected, pasteText } from './clipboard.ts'
import { connectPorts, dropOnStage, startConnecting } from './connect-ports.ts'
import { closeStep, editGraph, openStep, redo, undo } from './edit-graph.ts'
import { addNote, writeNote } from './notes.ts'
import { removeSelected } from './remove-parts.ts'
import { selectAll, walk } from './select.ts'

const stage = (id: string, type: string, x = 0) => ({ id, type, params: {}, position: { x, y: 0 } })
const line: Graph = {
  ...emptyGraph,
  stages: [stage('split', 'split'), stage('train', 'logistic-regression', 300), stage('evaluate', 'evaluate', 600)],
  edges: [
    { from: 'split.train', to: 'train.train' },
    { from: 'train.model', to: 'evaluate.model' },
  ],
}
const edgesOf = (graph: Graph) => graph.edges.map((edge) => `${edge.from} ${edge.to}`).sort()
const at = { x: 0, y: 0 }

describe('history', () => {
  it('deletes a connected stage in one step', () => {
    const store = createCanvasStore(line)
    store.setState({ selected: new Set(['train']) })
    removeSelected(store)
    expect(store.getState().graph.edges).toEqual([])
    undo(store)
    expect(store.getState().graph).toBe(line)
    redo(store)
    expect(store.getState().graph.stages).toHaveLength(2)
  })
  it('removes and rejoins in one step', () => {
    const store = createCanvasStore({
      ...emptyGraph,
      stages: [stage('a', 'dedupe'), stage('b', 'dedupe'), stage('c', 'dedupe')],
      edges: [
        { from: 'a.table', to: 'b.table' },
        { from: 'b.table', to: 'c.table' },
      ],
    })
    store.setState({ selected: new Set(['b']) })
    removeSelected(store, { rejoin: true })
    expect(edgesOf(store.getState().graph)).toEqual(['a.table c.table'])
    undo(store)
    expect(store.getState().graph.edges).toHaveLength(2)
  })
  it('a gesture of many changes is one step', () => {
    const store = createCanvasStore(line)
    const before = openStep(store)
    for (let i = 0; i < 50; i++) editGraph(store, (graph) => setParam(graph, 'train', 'c', i))
    closeStep(store, before)
    expect(store.temporal.getState().pastStates).toHaveLength(1)
    undo(store)
    expect(store.getState().graph).toBe(line)
  })
  it('typing into one param is one step, into two is two', () => {
    const store = createCanvasStore(line)
    for (const value of ['l', 'la', 'lab']) editGraph(store, (graph) => setParam(graph, 'train', 'target', value), 'train.target')
    editGraph(store, (graph) => setParam(graph, 'train', 'c', 2), 'train.c')
    undo(store)
    expect(store.getState().graph.stages[1]?.params).toEqual({ target: 'lab' })
    undo(store)
    expect(store.getState().graph).toBe(line)
  })
  it(`keeps ${historySteps} steps`, () => {
    const store = createCanvasStore(line)
    for (let i = 0; i < historySteps + 50; i++) editGraph(store, (graph) => setParam(graph, 'train', 'c', i))
    for (let i = 0; i < historySteps; i++) undo(store)
    expect(store.getState().graph.stages[1]?.params).toEqual({ c: 49 })
    undo(store)
    expect(store.getState().graph.stages[1]?.params).toEqual({ c: 49 })
  })
  it('changes nothing while locked', () => {
    const store = createCanvasStore(line, 'You are a viewer.')
    expect(addStageAt(store, 'split', { at })).toBeNull()
    expect(connectPorts(store, 'split.test', 'evaluate.table')).toBe('You are a viewer.')
    expect(store.getState().graph).toBe(line)
  })
})

describe('adding', () => {
  it('adds a stage and its edge as one step', () => {
    const store = createCanvasStore(line)
    const id = addStageAt(store, 'register', { at, from: { ref: 'train.model', side: 'outputs' } })
    expect(id).toBe('register')
    expect(edgesOf(store.getState().graph)).toContain('train.model register.model')
    undo(store)
    expect(store.getState().graph).toBe(line)
  })
  it('joins backwards from an input', () => {
    const store = createCanvasStore(line)
    addStageAt(store, 'naive-bayes', { at, from: { ref: 'evaluate.model', side: 'inputs' } })
    expect(edgesOf(store.getState().graph)).toContain('naive-bayes.model evaluate.model')
    expect(store.getState().graph.edges).toHaveLength(2)
  })
  it('goes right of the selected stage and joins it where it fits', () => {
    const store = createCanvasStore(line)
    store.setState({ selected: new Set(['train']) })
    addStageNext(store, 'register', at)
    const { graph, selected } = store.getState()
    expect(edgesOf(graph)).toContain('train.model register.model')
    expect([...selected]).toEqual(['register'])
    // The place right of it is taken: the new one goes below.
    expect(graph.stages.at(-1)?.position?.y).toBeGreaterThan(0)
  })
  it('inserts into an edge, and replaces a stage', () => {
    const store = createCanvasStore(line)
    addStageAt(store, 'gate', { at, intoEdge: 'evaluate.model' })
    expect(store.getState().graph.edges).toHaveLength(3)
    undo(store)
    addStageAt(store, 'naive-bayes', { at, inPlaceOf: 'train' })
    expect(store.getState().graph.stages[1]).toMatchObject({ id: 'train', type: 'naive-bayes' })
    expect(edgesOf(store.getState().graph)).toEqual(edgesOf(line))
  })
})

describe('connecting', () => {
  it('says for every port whether it fits', () => {
    const store = createCanvasStore(line)
    startConnecting(store, { ref: 'split.test', side: 'outputs' })
    const refusals = store.getState().connecting?.refusals
    expect(refusals?.get('evaluate.table')).toBeNull()
    expect(refusals?.get('evaluate.model')).toBe('Evaluate takes a model here; Split gives a table.')
  })
  it('a drop on the body connects the only port that fits, asks when there are more, and says why when none does', () => {
    const store = createCanvasStore(line)
    expect(dropOnStage(store, { ref: 'split.test', side: 'outputs' }, 'evaluate', at)).toBeNull()
    expect(edgesOf(store.getState().graph)).toContain('split.test evaluate.table')
    expect(dropOnStage(store, { ref: 'train.train', side: 'inputs' }, 'split', at)).toBeNull()
    expect(store.getState().menu).toMatchObject({ kind: 'ask-port', ports: ['train', 'test', 'validation'] })
    expect(dropOnStage(store, { ref: 'train.model', side: 'outputs' }, 'split', at)).toBe(
      'Split takes a table here; Logistic regression gives a model.',
    )
  })
})

describe('clipboard', () => {
  it('copies readable JSON and pastes it into another workflow', () => {
    const [one, other] = [createCanvasStore(line), createCanvasStore(emptyGraph)]
    selectAll(one)
    const text = copySelected(one) ?? ''
    expect(text).toContain('"type": "logistic-regression"')
    expect(pasteText(other, text, { x: 40, y: 40 })).toBe(true)
    expect(edgesOf(other.getState().graph)).toEqual(edgesOf(line))
    expect(pasteText(other, 'some words', at)).toBe(false)
    undo(other)
    expect(other.getState().graph).toBe(emptyGraph)
  })
  it('duplicates with inner edges and selects the copy', () => {
    const store = createCanvasStore(line)
    store.setState({ selected: new Set(['split', 'train']) })
    duplicateSelected(store)
    expect([...store.getState().selected]).toEqual(['split-2', 'train-2'])
    expect(edgesOf(store.getState().graph)).toContain('split-2.train train-2.train')
  })
})

describe('notes and walking', () => {
  it('an empty note goes when writing ends', () => {
    const store = createCanvasStore(line)
    addNote(store, at)
    expect(store.getState().graph.notes).toHaveLength(1)
    writeNote(store, 'note', '  ')
    expect(store.getState().graph.notes).toHaveLength(0)
  })
  it('a note is removed by its key and stages of the same id stay', () => {
    const store = createCanvasStore({ ...line, notes: [{ id: 'split', text: 'x' }] })
    store.setState({ selected: new Set([noteKey('split')]) })
    removeSelected(store)
    expect(store.getState().graph.notes).toEqual([])
    expect(store.getState().graph.stages).toHaveLength(3)
  })
  it('walks along edges', () => {
    const store = createCanvasStore(line)
    expect([walk(store, 'right'), walk(store, 'right'), walk(store, 'right'), walk(store, 'right'), walk(store, 'left')]).toEqual([
      'split',
      'train',
      'evaluate',
      null,
      'train',
    ])
  })
})

describe('projection', () => {
  it('keeps the objects of what did not change', () => {
    const projection = createProjection()
    const before = projection.nodes(line, new Set(), false)
    const after = projection.nodes(setParam(line, 'train', 'c', 2), new Set(['split']), false)
    expect(after.map((node, i) => node === before[i])).toEqual([false, false, true])
    const edges = projection.edges(line, new Set())
    const joined = projection.edges(connect(line, 'split.test', 'evaluate.table'), new Set())
    expect(joined.map((edge, i) => edge === edges[i])).toEqual([true, true, false])
  })
})
