import { expect, test } from 'vitest'
import type { Graph } from './graph'
import { graphOfFile, readWorkflowFile, writeWorkflowFile } from './workflow-file'

const graph: Graph = {
  stages: [
    { id: 'mail', type: 'sample-data', params: {}, position: { x: 10.4, y: 20 } },
    { id: 'train', type: 'logistic-regression', title: 'Learn', params: { target: 'label', c: 2, list: [1, { a: 'b' }] } },
  ],
  edges: [{ from: 'mail.table', to: 'train.train' }],
  notes: [{ id: 'n1', text: 'Why\nso' }],
  seed: 7,
}

test('a file reads back as the same graph, one stage and one edge a line', () => {
  const text = writeWorkflowFile({ name: 'Mail', graph })
  expect(text.split('\n').filter((line) => line.includes('"id"'))).toHaveLength(3)
  const { position: _, ...mail } = graph.stages[0] ?? { position: undefined }
  expect(graphOfFile(readWorkflowFile(text, 'mail.json'))).toEqual({ ...graph, stages: [mail, graph.stages[1]] })
  const placed = readWorkflowFile(writeWorkflowFile({ name: 'Mail', graph }, { positions: true }), 'mail.json')
  expect(placed.stages[0]?.position).toEqual({ x: 10, y: 20 })
})

test('the smallest file is small', () => {
  const file = readWorkflowFile('{"format":"stageline/1","name":"x","stages":[],"edges":[]}', 'x.json')
  expect(file.seed).toBe(42)
})

const head = '"format":"stageline/1","name":"x"'
test.each([
  ['{"format":', 'x.json: It is not JSON'],
  ['{\n"format": "stageline/1",\n}', 'line 3'],
  ['[]', 'A workflow file holds one JSON object.'],
  ['{"name":"x"}', 'It does not say "format": "stageline/1", so it is not a workflow file.'],
  ['{"format":"stageline/9"}', 'The format "stageline/9" is newer than this Stageline, which reads "stageline/1". Update Stageline.'],
  [`{${head},"edges":[]}`, 'stages: Invalid input: expected array, received undefined.'],
  [`{${head},"stages":[{"id":"Train","type":"x","params":{}}],"edges":[]}`, 'stage "Train", id: A stage id is lower-case letters'],
  [`{${head},"stages":[{"id":"train","params":{}}],"edges":[]}`, 'stage "train", type: Invalid input: expected string'],
  [`{${head},"stages":[],"edges":[{"from":"a","to":"b.c"}]}`, 'edge number 1, from:'],
  [`{${head},"stages":[],"edges":[],"nodes":[]}`, 'There is no "nodes" here.'],
])('%s', (text, words) => {
  expect(() => readWorkflowFile(text, 'x.json')).toThrow(words)
})
