import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkGraph, problemLines } from './check'
import type { Graph } from './graph'
import { stageKeyText } from './keys'
import { knownColumns } from './known-columns'
import { isForced, stagesInScope } from './scope'
import { parseParams, type RulesOf, type StageRules } from './stage-rules'

const table = { kind: 'table', label: 'Table' } as const

const rules: Record<string, StageRules> = {
  source: {
    type: 'source',
    version: 1,
    title: 'Source',
    params: z.object({}),
    inputs: {},
    outputs: { table },
    columns: () => ({ table: [{ name: 'body', type: 'text' }] }),
  },
  keep: {
    type: 'keep',
    version: 1,
    title: 'Keep',
    params: z.object({ share: z.number().max(1).default(1) }),
    inputs: { table },
    outputs: { table },
  },
  train: {
    type: 'train',
    version: 2,
    title: 'Train',
    params: z.object({ target: z.string().default('') }),
    inputs: { train: { kind: 'table', label: 'Train' }, extra: { kind: 'table', label: 'Extra', optional: true } },
    outputs: { model: { kind: 'model', label: 'Model' } },
    check: ({ target }, { train }) =>
      train && !train.some((c) => c.name === target) ? [{ param: 'target', message: `There is no column "${target}".` }] : [],
    migrate: ({ label }) => ({ target: label }),
  },
}
const rulesOf: RulesOf = (type) => rules[type]

const graph = (stages: [id: string, type: string, params?: Record<string, unknown>][], edges: [string, string][]): Graph => ({
  stages: stages.map(([id, type, params = {}]) => ({ id, type, params, version: rules[type]?.version })) as Graph['stages'],
  edges: edges.map(([from, to]) => ({ from, to })),
  notes: [],
  seed: 42,
})
const lines = (g: Graph, only?: Set<string>) => problemLines(g, rulesOf, checkGraph(g, rulesOf, only ? { only } : {}))

test('a good graph has no problem', () => {
  expect(
    lines(
      graph(
        [
          ['a', 'source'],
          ['b', 'keep'],
          ['c', 'train', { target: 'body' }],
        ],
        [
          ['a.table', 'b.table'],
          ['b.table', 'c.train'],
        ],
      ),
    ),
  ).toEqual([])
})

test.each<[string, Graph, string]>([
  ['empty', graph([], []), 'The workflow has no stage yet. Add one from the palette, or start from a template.'],
  [
    'unknown type',
    graph([['a', 'nope']], []),
    'a (nope): There is no stage type "nope" in this version of Stageline. Remove the stage, or update Stageline.',
  ],
  ['unconnected', graph([['b', 'keep']], []), 'b (Keep), table: The input "Table" is not connected. Connect a table to it.'],
  [
    'unknown output',
    graph(
      [
        ['a', 'source'],
        ['b', 'keep'],
      ],
      [['a.rows', 'b.table']],
    ),
    'a (Source), rows: Source has no output "rows"; it has table.',
  ],
  [
    'unknown input',
    graph(
      [
        ['a', 'source'],
        ['d', 'source'],
      ],
      [['a.table', 'd.table']],
    ),
    'd (Source), table: Source has no input "table"; it has none.',
  ],
  [
    'wrong kind',
    graph(
      [
        ['a', 'source'],
        ['c', 'train', { target: 'body' }],
        ['b', 'keep'],
      ],
      [
        ['a.table', 'c.train'],
        ['c.model', 'b.table'],
      ],
    ),
    'b (Keep), table: Keep takes a table at "table"; Train gives a model.',
  ],
  [
    'two edges into one input',
    graph(
      [
        ['a', 'source'],
        ['d', 'source'],
        ['b', 'keep'],
      ],
      [
        ['a.table', 'b.table'],
        ['d.table', 'b.table'],
      ],
    ),
    'b (Keep), table: Two edges lead into "table": from a.table and from d.table. Keep one.',
  ],
  [
    'edge to nowhere',
    graph([['a', 'source']], [['a.table', 'x.table']]),
    'a (Source): The edge a.table -> x.table names a stage "x" that is not there.',
  ],
  [
    'bad param',
    graph(
      [
        ['a', 'source'],
        ['b', 'keep', { share: 2 }],
      ],
      [['a.table', 'b.table']],
    ),
    'b (Keep), share: Too big: expected number to be <=1.',
  ],
  [
    'unknown param',
    graph(
      [
        ['a', 'source'],
        ['b', 'keep', { shar: 1 }],
      ],
      [['a.table', 'b.table']],
    ),
    'b (Keep), shar: Keep has no param "shar"; it has share.',
  ],
  [
    'column that is not there',
    graph(
      [
        ['a', 'source'],
        ['c', 'train', { target: 'label' }],
      ],
      [['a.table', 'c.train']],
    ),
    'c (Train), target: There is no column "label".',
  ],
  [
    'same id twice',
    graph(
      [
        ['a', 'source'],
        ['a', 'source'],
      ],
      [],
    ),
    'a (Source): Two stages are called "a"; give one of them another id.',
  ],
])('%s', (_, g, line) => expect(lines(g)).toContain(line))

test('a loop is named at each of its stages and nowhere else', () => {
  const loop = graph(
    [
      ['a', 'source'],
      ['b', 'keep'],
      ['c', 'keep'],
      ['d', 'keep'],
    ],
    [
      ['c.table', 'b.table'],
      ['b.table', 'c.table'],
      ['c.table', 'd.table'],
    ],
  )
  expect(checkGraph(loop, rulesOf).map((p) => p.stage)).toEqual(['b', 'c'])
})

test('stages that are not to run are left alone', () => {
  const g = graph(
    [
      ['a', 'source'],
      ['b', 'keep'],
    ],
    [],
  )
  expect(lines(g, new Set(['a']))).toEqual([])
})

test('params of an earlier version are migrated', () => {
  expect(parseParams(rules.train as StageRules, { id: 'c', params: { label: 'body' }, version: 1 })).toEqual({ target: 'body' })
})

test('columns flow along the edges; what a stage once gave stands in where it cannot tell', () => {
  const g = graph(
    [
      ['a', 'source'],
      ['b', 'keep'],
    ],
    [['a.table', 'b.table']],
  )
  expect(knownColumns(g, rulesOf).get('b')?.outputs.table).toEqual([{ name: 'body', type: 'text' }])
  const blind: RulesOf = (type) => (type === 'source' ? { ...(rules.source as StageRules), columns: () => ({}) } : rules[type])
  expect(knownColumns(g, blind).get('b')?.inputs.table).toBeUndefined()
  expect(knownColumns(g, blind, { 'a.table': [{ name: 'x', type: 'number' }] }).get('b')?.inputs.table).toEqual([
    { name: 'x', type: 'number' },
  ])
})

test('scopes take what they need with them', () => {
  const g = graph(
    [
      ['a', 'source'],
      ['b', 'keep'],
      ['c', 'keep'],
      ['d', 'source'],
      ['e', 'train'],
    ],
    [
      ['a.table', 'b.table'],
      ['b.table', 'c.table'],
      ['b.table', 'e.train'],
      ['d.table', 'e.extra'],
    ],
  )
  expect([...stagesInScope(g, { kind: 'to', stage: 'b' })].sort()).toEqual(['a', 'b'])
  expect([...stagesInScope(g, { kind: 'from', stage: 'e' })].sort()).toEqual(['a', 'b', 'd', 'e'])
  expect(stagesInScope(g, { kind: 'all' }).size).toBe(5)
  expect(isForced({ kind: 'from', stage: 'e' }, 'e', false)).toBe(true)
  expect(isForced({ kind: 'from', stage: 'e' }, 'b', false)).toBe(false)
  expect(isForced({ kind: 'all' }, 'a', true)).toBe(true)
  expect(isForced({ kind: 'stale' }, 'a', true)).toBe(false)
})

test('a stage key does not depend on the order of members', () => {
  const base = { type: 't', version: 1, inputs: {}, resources: {}, seed: 1 }
  expect(stageKeyText({ ...base, params: { a: 1, b: 2 } })).toBe(stageKeyText({ ...base, params: { b: 2, a: 1 } }))
  expect(stageKeyText({ ...base, params: { a: 1 } })).not.toBe(stageKeyText({ ...base, params: { a: 2 } }))
})

test('a stage that answers with a model knows what the model answers: by the training, past stages that pass it on, or not at all', () => {
  const model = { kind: 'model', label: 'Model' } as const
  const more: RulesOf = (type) => {
    const plain = { version: 1, title: type, params: z.object({ estimator: z.string().optional() }), inputs: {}, outputs: {} }
    if (type === 'answer') {
      return {
        ...plain,
        type,
        inputs: { model, table },
        outputs: { table },
        columns: (_params, _inputs, { model: task }) => ({ table: task && [{ name: task, type: 'text' }] }),
      }
    }
    if (type === 'gate') return { ...plain, type, inputs: { model }, outputs: { model } }
    return { ...plain, type, inputs: { train: table }, outputs: { model } }
  }
  const told = (type: string, params: Record<string, unknown> = {}) => {
    const g = graph(
      [
        ['m', type],
        ['g', 'gate'],
        ['p', 'answer'],
      ],
      [
        ['m.model', 'g.model'],
        ['g.model', 'p.model'],
      ],
    )
    const stages = g.stages.map((stage) => (stage.id === 'm' ? { ...stage, params } : stage))
    return knownColumns({ ...g, stages }, more, { 'p.table': [{ name: 'seen', type: 'text' }] })
      .get('p')
      ?.outputs.table?.map(({ name }) => name)
  }
  expect(told('random-forest-regression')).toEqual(['regression'])
  expect(told('logistic-regression')).toEqual(['classification'])
  expect(told('tune', { estimator: 'linear-regression' })).toEqual(['regression'])
  expect(told('import-onnx')).toEqual(['seen'])
})
