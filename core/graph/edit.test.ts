import { describe, expect, it } from 'vitest'
import { inputsFor, refusal, refusalsOf } from './compatible'
import { addStage, connect, freshId, place, remove, renameStage, setParam } from './edit'
import { type Graph, type GraphStage, graphSchema } from './graph'
import { countPairs, pairKey } from './pairs'
import { copyPart, pastePart, readPart } from './paste'
import { inOrder, stagesAbove, stagesBelow } from './reach'
import { insertOnEdge, removeAndRejoin, replaceStage } from './rewire'
import type { ShapeOf, StageShape } from './shapes'

const table = { kind: 'table', label: 'Rows' } as const
const shapes: Record<string, StageShape> = {
  file: { title: 'File', inputs: {}, outputs: { rows: table } },
  filter: { title: 'Filter', inputs: { rows: table }, outputs: { rows: table } },
  join: { title: 'Join', inputs: { left: table, right: table }, outputs: { rows: table } },
  train: { title: 'Train', inputs: { train: table }, outputs: { model: { kind: 'model', label: 'Model' } } },
  evaluate: {
    title: 'Evaluate',
    inputs: { model: { kind: 'model', label: 'Model' }, test: table },
    outputs: { report: { kind: 'report', label: 'Report' } },
  },
}
const shapeOf: ShapeOf = (type) => shapes[type]

const stage = (id: string, type = id): GraphStage => ({ id, type, params: {}, position: { x: 0, y: 0 } })
const graph = (stages: GraphStage[], ...edges: string[]): Graph =>
  graphSchema.parse({ stages, edges: edges.map((edge) => ({ from: edge.split(' ')[0], to: edge.split(' ')[1] })) })
const edgesOf = (g: Graph) => g.edges.map((edge) => `${edge.from} ${edge.to}`).sort()

const line = graph([stage('file'), stage('filter'), stage('train')], 'file.rows filter.rows', 'filter.rows train.train')

describe('freshId', () => {
  it.each([
    [[], 'split', 'split'],
    [['split'], 'split', 'split-2'],
    [['split', 'split-2'], 'split', 'split-3'],
    [['split', 'split-2'], 'split-2', 'split-3'],
    [[], 'Text Features!', 'text-features'],
    [[], '7', 'stage'],
  ])('with %j taken, %s becomes %s', (taken, wanted, expected) => {
    expect(freshId(new Set(taken), wanted)).toBe(expected)
  })
  it('stays within 40 characters', () => {
    const long = 'a'.repeat(80)
    const taken = new Set([freshId(new Set(), long)])
    expect(freshId(taken, long).length).toBeLessThanOrEqual(40)
  })
})

describe('edits', () => {
  it('replaces the edge of a taken input', () => {
    const two = addStage(line, stage('other', 'file'))
    expect(edgesOf(connect(two, 'other.rows', 'filter.rows'))).toEqual(['filter.rows train.train', 'other.rows filter.rows'])
  })
  it('gives the same graph when nothing changes', () => {
    expect(connect(line, 'file.rows', 'filter.rows')).toBe(line)
    expect(remove(line, { stages: ['nobody'] })).toBe(line)
    expect(renameStage(line, 'file', '')).toBe(line)
    expect(place(line, new Map([['file', { x: 0, y: 0 }]]))).toBe(line)
    expect(setParam(line, 'file', 'x', undefined)).toBe(line)
  })
  it('removes a stage with its edges', () => {
    const left = remove(line, { stages: ['filter'] })
    expect(left.stages.map((s) => s.id)).toEqual(['file', 'train'])
    expect(left.edges).toEqual([])
  })
  it('unsets a param so that its default holds', () => {
    const set = setParam(line, 'train', 'c', 2)
    expect(set.stages[2]?.params).toEqual({ c: 2 })
    expect(setParam(set, 'train', 'c', undefined).stages[2]?.params).toEqual({})
  })
})

describe('refusal', () => {
  it.each([
    ['file.rows', 'train.train', null],
    ['train.model', 'filter.rows', 'Filter takes a table here; Train gives a model.'],
    ['filter.rows', 'filter.rows', 'A stage cannot feed itself.'],
    ['file.rows', 'train.nothing', 'One of the two ports does not exist.'],
  ])('%s to %s: %s', (from, to, reason) => {
    expect(refusal(line, from, to, shapeOf)).toBe(reason)
  })
  it('names the loop', () => {
    const two = graph([stage('a', 'filter'), stage('b', 'filter')], 'a.rows b.rows')
    expect(refusal(two, 'b.rows', 'a.rows', shapeOf)).toBe('This would make a loop: Filter already needs Filter.')
  })
  it('says the same for a whole graph at once', () => {
    const wide = connect(addStage(addStage(line, stage('evaluate')), stage('join')), 'train.model', 'evaluate.model')
    for (const from of ['file.rows', 'filter.rows', 'train.model']) {
      for (const [to, reason] of refusalsOf(wide, from, 'outputs', shapeOf))
        expect([to, reason]).toEqual([to, refusal(wide, from, to, shapeOf)])
    }
    for (const to of ['filter.rows', 'evaluate.model']) {
      for (const [from, reason] of refusalsOf(wide, to, 'inputs', shapeOf))
        expect([from, reason]).toEqual([from, refusal(wide, from, to, shapeOf)])
    }
    expect(refusalsOf(wide, 'file.rows', 'outputs', shapeOf).size).toBe(6)
  })
  it('offers free inputs before taken ones', () => {
    const joined = graph([stage('file'), stage('join')], 'file.rows join.left')
    expect(inputsFor(joined, 'file.rows', 'join', shapeOf)).toEqual(['right'])
    expect(inputsFor(line, 'file.rows', 'filter', shapeOf)).toEqual(['rows'])
    expect(inputsFor(line, 'file.rows', 'file', shapeOf)).toEqual([])
  })
})

describe('rewiring', () => {
  it('inserts a new stage on an edge', () => {
    const next = insertOnEdge(line, stage('filter-2', 'filter'), { from: 'filter.rows', to: 'train.train' }, shapeOf)
    expect(next && edgesOf(next)).toEqual(['file.rows filter.rows', 'filter-2.rows train.train', 'filter.rows filter-2.rows'])
  })
  it('does not insert what does not fit', () => {
    expect(insertOnEdge(line, stage('file-2', 'file'), { from: 'filter.rows', to: 'train.train' }, shapeOf)).toBeNull()
    expect(insertOnEdge(line, stage('filter', 'filter'), { from: 'file.rows', to: 'filter.rows' }, shapeOf)).toBeNull()
  })
  it('removes and rejoins, also two in a row', () => {
    expect(edgesOf(removeAndRejoin(line, ['filter'], shapeOf))).toEqual(['file.rows train.train'])
    const three = graph(
      [stage('file'), stage('a', 'filter'), stage('b', 'filter'), stage('train')],
      'file.rows a.rows',
      'a.rows b.rows',
      'b.rows train.train',
    )
    expect(edgesOf(removeAndRejoin(three, ['a', 'b'], shapeOf))).toEqual(['file.rows train.train'])
  })
  it('replaces a stage and keeps what fits', () => {
    const next = replaceStage(line, 'filter', { type: 'join', params: {} }, shapeOf)
    expect(edgesOf(next)).toEqual(['file.rows filter.left', 'filter.rows train.train'])
    expect(edgesOf(replaceStage(line, 'train', { type: 'file', params: {} }, shapeOf))).toEqual(['file.rows filter.rows'])
  })
})

describe('paste', () => {
  it('pastes under new ids with the edges between', () => {
    const part = copyPart(line, new Set(['file', 'filter']))
    const { graph: next, stages } = pastePart(line, part, { x: 100, y: 50 })
    expect(stages).toEqual(['file-2', 'filter-2'])
    expect(edgesOf(next)).toContain('file-2.rows filter-2.rows')
    expect(next.edges).toHaveLength(3)
    expect(next.stages[3]?.position).toEqual({ x: 100, y: 50 })
    expect(graphSchema.safeParse(next).success).toBe(true)
  })
  it('reads its own JSON and refuses other text', () => {
    const part = copyPart(line, new Set(['file']))
    expect(readPart(JSON.stringify(part, null, 2))).toEqual(part)
    for (const text of ['hello', '{}', '[]', '{"format":"stageline/1","stages":[]}', '{"format":"other","stages":[{"id":"a"}]}'])
      expect(readPart(text)).toBeNull()
  })
  it('reads a whole workflow file', () => {
    expect(
      readPart(JSON.stringify({ format: 'stageline/1', name: 'x', stages: [{ id: 'a', type: 'file', params: {} }], edges: [] }))?.stages,
    ).toHaveLength(1)
  })
})

describe('reach', () => {
  it('walks down and up', () => {
    expect([...stagesBelow(line.edges, ['file'])].sort()).toEqual(['filter', 'train'])
    expect([...stagesAbove(line.edges, ['train'])].sort()).toEqual(['file', 'filter'])
  })
  it('orders, and does not lose stages of a loop', () => {
    expect(inOrder({ ...line, stages: [...line.stages].reverse() })).toEqual(['file', 'filter', 'train'])
    const loop = graph([stage('a', 'filter'), stage('b', 'filter'), stage('file')], 'a.rows b.rows', 'b.rows a.rows')
    expect(inOrder(loop)).toEqual(['file', 'a', 'b'])
  })
})

it('counts pairs of ports', () => {
  expect(countPairs([line, line])).toEqual({ [pairKey('file.rows', 'filter.rows')]: 2, [pairKey('filter.rows', 'train.train')]: 2 })
})
