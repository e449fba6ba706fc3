import { describe, expect, it } from 'vitest'
import { sameJson } from './canonical'
import { describeDiff, diffGraphs, touchedStages } from './diff'
import { addStage, connect, freshId, place, putNote, remove, renameStage, setParam, stageIds } from './edit'
import { type Graph, type GraphStage, graphSchema, parsePortRef } from './graph'
import { mergeGraphs } from './merge'
import { wouldLoop } from './reach'

const stage = (id: string, params: Record<string, unknown> = {}): GraphStage => ({ id, type: 'filter', params, position: { x: 0, y: 0 } })
const base = connect(
  connect(graphSchema.parse({ stages: [stage('a'), stage('b', { c: 1, d: 1 }), stage('e')], edges: [] }), 'a.rows', 'b.rows'),
  'b.rows',
  'e.rows',
)
const none: unknown[] = []

describe('edits that do not overlap', () => {
  it.each<[string, Graph, Graph, Graph]>([
    [
      'two params of one stage',
      setParam(base, 'b', 'c', 2),
      setParam(base, 'b', 'd', 3),
      setParam(setParam(base, 'b', 'c', 2), 'b', 'd', 3),
    ],
    ['a param and a name', setParam(base, 'b', 'c', 2), renameStage(base, 'b', 'B'), renameStage(setParam(base, 'b', 'c', 2), 'b', 'B')],
    [
      'a param and a place',
      setParam(base, 'b', 'c', 2),
      place(base, new Map([['b', { x: 9, y: 9 }]])),
      place(setParam(base, 'b', 'c', 2), new Map([['b', { x: 9, y: 9 }]])),
    ],
    [
      'a removal and a move of the same stage',
      remove(base, { stages: ['e'] }),
      place(base, new Map([['e', { x: 5, y: 5 }]])),
      remove(base, { stages: ['e'] }),
    ],
    ['the same edit twice', setParam(base, 'b', 'c', 7), setParam(base, 'b', 'c', 7), setParam(base, 'b', 'c', 7)],
    [
      'a note and a stage',
      putNote(base, { id: 'n', text: 'x' }),
      addStage(base, stage('f')),
      putNote(addStage(base, stage('f')), { id: 'n', text: 'x' }),
    ],
  ])('%s', (_, mine, theirs, both) => {
    for (const merged of [mergeGraphs(base, mine, theirs), mergeGraphs(base, theirs, mine)]) {
      expect(merged.conflicts).toEqual(none)
      expect(merged.graph).toEqual(both)
    }
  })

  it('keeps two new stages of one name apart, with their edges', () => {
    const mine = connect(addStage(base, stage('f', { mine: true })), 'e.rows', 'f.rows')
    const theirs = connect(addStage(base, stage('f', { theirs: true })), 'a.rows', 'f.rows')
    const { graph, conflicts } = mergeGraphs(base, mine, theirs)
    expect(conflicts).toEqual(none)
    expect(graph.stages.slice(3).map((s) => [s.id, s.params])).toEqual([
      ['f', { theirs: true }],
      ['f-2', { mine: true }],
    ])
    expect(graph.edges).toContainEqual({ from: 'e.rows', to: 'f-2.rows' })
    expect(graph.edges).toContainEqual({ from: 'a.rows', to: 'f.rows' })
  })
})

describe('edits that overlap', () => {
  it('names the stage and the param, and takes what is preferred', () => {
    const [mine, theirs] = [setParam(base, 'b', 'c', 2), setParam(setParam(base, 'b', 'c', 3), 'b', 'd', 9)]
    const merged = mergeGraphs(base, mine, theirs)
    expect(merged.conflicts).toEqual([{ what: 'param', id: 'b', param: 'c', base: 1, mine: 2, theirs: 3 }])
    expect(merged.graph.stages[1]?.params).toEqual({ c: 2, d: 9 })
    expect(mergeGraphs(base, mine, theirs, () => 'theirs').graph.stages[1]?.params).toEqual({ c: 3, d: 9 })
  })
  it('a removed stage that the other side changed', () => {
    const [mine, theirs] = [remove(base, { stages: ['b'] }), setParam(base, 'b', 'c', 3)]
    expect(mergeGraphs(base, mine, theirs).conflicts).toMatchObject([{ what: 'stage', id: 'b', mine: undefined }])
    expect(mergeGraphs(base, mine, theirs).graph).toEqual(mine)
    expect(mergeGraphs(base, mine, theirs, () => 'theirs').graph).toEqual(theirs)
  })
  it('one input fed by two', () => {
    const more = addStage(base, stage('f'))
    const { conflicts } = mergeGraphs(more, connect(more, 'f.rows', 'e.rows'), connect(more, 'a.rows', 'e.rows'))
    expect(conflicts).toEqual([{ what: 'input', id: 'e', param: 'rows', base: 'b.rows', mine: 'f.rows', theirs: 'a.rows' }])
  })
  it('two edges that close a loop together', () => {
    const two = graphSchema.parse({ stages: [stage('a'), stage('b')], edges: [] })
    const { graph, conflicts } = mergeGraphs(two, connect(two, 'a.rows', 'b.rows'), connect(two, 'b.rows', 'a.rows'))
    expect(conflicts).toMatchObject([{ what: 'input' }])
    expect(graph.edges).toHaveLength(1)
  })
})

describe('laws, over random edits', () => {
  const random = seeded(7)
  for (let round = 0; round < 60; round++) {
    const start = edits(base, 6)
    const [mine, theirs] = [edits(start, 3), edits(start, 3)]
    it(`round ${round}`, () => {
      expect(sorted(mergeGraphs(start, start, theirs).graph)).toEqual(sorted(theirs))
      expect(sorted(mergeGraphs(start, mine, start).graph)).toEqual(sorted(mine))
      expect(mergeGraphs(start, mine, mine).conflicts).toEqual(none)
      for (const side of ['mine', 'theirs'] as const) expectWhole(mergeGraphs(start, mine, theirs, () => side).graph)
    })
  }

  function edits(graph: Graph, n: number): Graph {
    let next = graph
    for (let i = 0; i < n; i++) next = edit(next)
    return next
  }
  function edit(graph: Graph): Graph {
    const ids = graph.stages.map((s) => s.id)
    const one = () => ids[Math.floor(random() * ids.length)] ?? 'a'
    const dice = random()
    if (dice < 0.25) return addStage(graph, stage(freshId(stageIds(graph), 's'), { v: Math.floor(random() * 3) }))
    if (dice < 0.5) return setParam(graph, one(), random() < 0.5 ? 'c' : 'd', Math.floor(random() * 4))
    if (dice < 0.6) return remove(graph, { stages: [one()] })
    if (dice < 0.7) return place(graph, new Map([[one(), { x: Math.floor(random() * 9), y: 0 }]]))
    const [from, to] = [one(), one()]
    return ids.includes(from) && ids.includes(to) && !wouldLoop(graph.edges, from, to)
      ? connect(graph, `${from}.rows`, `${to}.rows`)
      : graph
  }
})

describe('diff', () => {
  const named = (s: GraphStage) => s.title ?? s.id.toUpperCase()
  it.each<[string, Graph]>([
    ['No change', base],
    ['B, c: 1 to 2,000', setParam(base, 'b', 'c', 2000)],
    ['B, c: 1 to default', setParam(base, 'b', 'c', undefined)],
    ['Added F', addStage(base, stage('f'))],
    ['Removed B', remove(base, { stages: ['b'] })],
    ['Renamed B to Bee', renameStage(base, 'b', 'Bee')],
    ['Cut 1 edge', remove(base, { edges: ['e.rows'] })],
    ['Moved 1 stage', place(base, new Map([['a', { x: 1, y: 1 }]]))],
    ['Seed 42 to 7', { ...base, seed: 7 }],
  ])('%s', (words, after) => {
    expect(describeDiff(diffGraphs(base, after), named)).toBe(words)
  })
  it('knows which stages must run again', () => {
    expect([...touchedStages(diffGraphs(base, setParam(base, 'b', 'c', 2)))]).toEqual(['b'])
    expect([...touchedStages(diffGraphs(base, place(base, new Map([['a', { x: 1, y: 1 }]]))))]).toEqual([])
    expect([...touchedStages(diffGraphs(base, remove(base, { edges: ['e.rows'] })))]).toEqual(['e'])
  })
})

function expectWhole(graph: Graph) {
  expect(graphSchema.safeParse(graph).success).toBe(true)
  const ids = stageIds(graph)
  expect(ids.size).toBe(graph.stages.length)
  expect(new Set(graph.edges.map((edge) => edge.to)).size).toBe(graph.edges.length)
  const placed: Graph['edges'] = []
  for (const edge of graph.edges) {
    const [from, to] = [parsePortRef(edge.from).stage, parsePortRef(edge.to).stage]
    expect(ids.has(from) && ids.has(to)).toBe(true)
    expect(wouldLoop(placed, from, to)).toBe(false)
    placed.push(edge)
  }
}

function sorted(graph: Graph) {
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
  return { ...graph, stages: [...graph.stages].sort(byId), edges: graph.edges.map((e) => `${e.from} ${e.to}`).sort() }
}

function seeded(seed: number) {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32
    return state / 2 ** 32
  }
}

it('compares JSON whatever the order of keys', () => {
  expect(sameJson({ a: 1, b: [1, { c: 2, d: undefined }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true)
  expect(sameJson({ a: 1 }, { a: '1' })).toBe(false)
})
