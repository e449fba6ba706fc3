import { expect, it } from 'vitest'
import { figureRows, figuresLine, type PastArm, reasonSentence, releaseMarks } from './prepare-history.ts'

const arm = (more: Partial<PastArm>): PastArm => ({
  version: 1,
  rows: 1204,
  errorShare: 0.001,
  p99Ms: 22.6,
  confidence: 0.884,
  lowShare: 0.061,
  ...more,
})

it('says a release in one line', () => {
  expect(figuresLine([arm({})])).toBe('1,204 answers, p99 23 ms, errors 0.10 %')
  expect(figuresLine([arm({ rows: 1, p99Ms: null, errorShare: null })])).toBe('1 answer')
  expect(figuresLine([arm({}), arm({ version: 2, rows: 30 })])).toBe('v1 1,204, v2 30 answers')
  expect(figuresLine([arm({ rows: 0 })])).toBe('no answers')
  expect(figuresLine([])).toBe('no answers')
})

it('lists all figures, and leaves out what was not measured', () => {
  expect(figureRows([arm({ confidence: null, lowShare: null }), arm({ version: 2, rows: 0, confidence: null, lowShare: null })])).toEqual([
    { name: 'answers', values: ['1,204', '0'] },
    { name: 'errors', values: ['0.10 %', null] },
    { name: 'latency p99', values: ['23 ms', null] },
  ])
})

it('ends a reason with one full stop', () => {
  expect(['Better', 'It holds. ', '', 'Why?'].map(reasonSentence)).toEqual(['Better.', 'It holds.', '', 'Why?'])
})

it('marks releases on a chart, oldest first', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
  const marks = releaseMarks([
    { kind: 'rollback', at: at(3), arms: [{ version: 7, weight: 100 }] },
    {
      kind: 'canary',
      at: at(2),
      arms: [
        { version: 7, weight: 95 },
        { version: 8, weight: 5 },
      ],
    },
    { kind: 'deploy', at: at(1), arms: [{ version: 7, weight: 100 }] },
  ])
  expect(marks).toEqual([
    { at: at(1).getTime(), name: 'v7' },
    { at: at(2).getTime(), name: '5 %' },
    { at: at(3).getTime(), name: 'back to v7' },
  ])
})
