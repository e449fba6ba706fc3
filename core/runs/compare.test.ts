import { expect, test } from 'vitest'
import { emptyGraph, type Graph } from '#core/graph/graph'
import { compareRuns } from './compare'
import type { Status } from './status'
import type { StageRunView } from './views'

const graph = (stages: Graph['stages'], edges: Graph['edges'] = []): Graph => ({ ...emptyGraph, stages, edges })

const ran = (stage: string, status: Status, figures: { name: string; value: number; better?: 'higher' }[] = []): StageRunView => ({
  id: stage,
  runId: 'r',
  stage,
  type: 't',
  status,
  attempt: 1,
  progress: null,
  outputs: { report: { kind: 'report', artifact: 'a'.repeat(64), report: 'classification', title: 'Report', figures } },
  figure: null,
  error: null,
  durationMs: 10,
  queuedAt: new Date(0),
  startedAt: null,
  finishedAt: null,
  revision: 1,
})

test('params, figures and wiring that differ stand side by side; stages that came and went are named', () => {
  const before = {
    graph: graph(
      [
        { id: 'mail', type: 'source', params: {} },
        { id: 'train', type: 'lr', params: { c: 1, target: 'label' } },
        { id: 'old', type: 'x', params: {} },
        { id: 'moved', type: 'x', params: {} },
      ],
      [{ from: 'mail.table', to: 'moved.table' }],
    ),
    stages: [
      ran('mail', 'done'),
      ran('train', 'done', [
        { name: 'accuracy', value: 0.9, better: 'higher' },
        { name: 'gone', value: 1 },
      ]),
      ran('old', 'failed'),
    ],
  }
  const after = {
    graph: graph(
      [
        { id: 'mail', type: 'source', params: {}, position: { x: 5, y: 5 } },
        { id: 'train', type: 'lr', params: { target: 'label', c: 10, balanced: true } },
        { id: 'fresh', type: 'y', title: 'Fresh', params: {} },
        { id: 'moved', type: 'x', params: {} },
      ],
      [{ from: 'train.table', to: 'moved.table' }],
    ),
    stages: [ran('mail', 'cached'), ran('train', 'done', [{ name: 'accuracy', value: 0.95, better: 'higher' }])],
  }
  const stages = compareRuns(before, after)
  expect(stages.map(({ stage, change }) => [stage, change])).toEqual([
    ['mail', 'same'],
    ['train', 'changed'],
    ['fresh', 'added'],
    ['moved', 'changed'],
    ['old', 'removed'],
  ])
  expect(stages[1]?.params).toEqual([
    { param: 'balanced', before: undefined, after: true },
    { param: 'c', before: 1, after: 10 },
  ])
  expect(stages[1]?.figures).toEqual([
    { name: 'accuracy', better: 'higher', before: 0.9, after: 0.95 },
    { name: 'gone', before: 1, after: null },
  ])
  expect(stages[0]?.after).toEqual({ status: 'cached', durationMs: 10 })
  expect(stages[4]?.after).toEqual({ status: null, durationMs: null })
})
