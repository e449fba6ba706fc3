import { expect, test } from 'vitest'
import type { ImportReport } from '#core/reports/import'
import { prepareImport } from './prepare-import'

const report: ImportReport = {
  report: 'import',
  file: 'churn.onnx',
  bytes: 2048,
  producer: 'skl2onnx 1.16.0',
  irVersion: 8,
  opsets: [
    { domain: '', version: 17 },
    { domain: 'ai.onnx.ml', version: 3 },
  ],
  operators: [{ domain: 'ai.onnx.ml', name: 'LinearClassifier', count: 1 }],
  inputs: [{ name: 'X', tensor: 'X float [N, 2]', columns: ['a', 'b'] }],
  answer: { output: 'probabilities', form: 'probabilities', label: 'file', target: 'kind', classes: ['x', 'y'] },
  rows: 60,
  parity: { rows: 60, runtimes: 1.2e-7, alone: 0 },
  predicted: [
    { name: 'x', rows: 20 },
    { name: 'y', rows: 40 },
  ],
  samples: [],
  notes: [],
}

test('says who wrote the file, in which formats, and what it answers', () => {
  expect(prepareImport(report)).toEqual({
    facts: [
      { name: 'written by', value: 'skl2onnx 1.16.0' },
      { name: 'size', value: '2.0 kB' },
      { name: 'formats', value: 'format 8, opset 17, ai.onnx.ml 3' },
      { name: 'answers', value: 'probabilities as the file gives them, from its output probabilities' },
      { name: 'label', value: 'as the file gives it' },
    ],
    operators: [{ name: 'ai.onnx.ml.LinearClassifier', count: 1 }],
    columns: [],
  })
})

test('numbers of the sample are written in short, and only where all of a column are numbers', () => {
  const sample = (row: number, inputs: string[]) => ({ row, inputs, answer: 'x', confidence: 0.9, right: null })
  expect(prepareImport({ ...report, samples: [sample(1, ['6.690999984741211', '7']), sample(2, ['', 'n/a'])] }).columns).toEqual([
    { name: 'a', isNumber: true, cells: ['6.691', ''] },
    { name: 'b', isNumber: false, cells: ['7', 'n/a'] },
  ])
})

test('a number has no label, and an unnamed writer is said to be so', () => {
  const answer = { ...report.answer, output: 'variable', form: 'number' as const, label: null, classes: [] }
  const { facts } = prepareImport({ ...report, producer: '', answer })
  expect(facts.find(({ name }) => name === 'written by')?.value).toBe('not said')
  expect(facts.at(-1)).toEqual({ name: 'answers', value: 'a number, from its output variable' })
})
