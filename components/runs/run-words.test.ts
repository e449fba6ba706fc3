import { expect, test } from 'vitest'
import { countWords, figureWords, paramWords, reportKindWords, runTookMs, scopeWords, startedWords } from './run-words.ts'

test('who started a run is said once', () => {
  expect(startedWords({ startedBy: { id: 'a', name: 'Ada' }, trigger: 'person' })).toBe('Ada')
  expect(startedWords({ startedBy: { id: 'a', name: 'Ada' }, trigger: 'api' })).toBe('Ada, by the API')
  expect(startedWords({ startedBy: { id: 'c', name: 'Command line' }, trigger: 'cli' })).toBe('Command line')
  expect(startedWords({ startedBy: null, trigger: 'schedule' })).toBe('a schedule')
})

test('a run takes until now while it goes, and no longer once it is over', () => {
  const startedAt = new Date(1000)
  expect(runTookMs({ startedAt, finishedAt: null, status: 'running' }, 4000)).toBe(3000)
  expect(runTookMs({ startedAt, finishedAt: new Date(2500), status: 'done' }, 9000)).toBe(1500)
  expect(runTookMs({ startedAt: null, finishedAt: null, status: 'queued' }, 9000)).toBeNull()
})

test('a report is named by its kind unless its stage is called the same', () => {
  expect(reportKindWords('clusters', 'K-means clusters')).toBe('')
  expect(reportKindWords('explanation', 'Explain')).toBe('')
  expect(reportKindWords('label-errors', 'Label errors')).toBe('')
  expect(reportKindWords('learning-curve', 'Would more mail help')).toBe('learning curve')
  expect(reportKindWords('classification', 'Import ONNX')).toBe('classification')
})

test('scope, counts, figures and params in words', () => {
  expect(scopeWords({ kind: 'to', stage: 'train' })).toBe('up to train')
  expect(countWords({ cached: 3, done: 1200, timed_out: 1 })).toBe('1,200 done, 3 cached, 1 timed out')
  expect([figureWords(0.9021, undefined), figureWords(1209, 'rows'), figureWords(null, undefined), figureWords(0.061, '%')]).toEqual([
    '0.902',
    '1,209 rows',
    '–',
    '6.1 %',
  ])
  expect([paramWords(undefined), paramWords('a'), paramWords({ a: 1 })]).toEqual(['not set', 'a', '{"a":1}'])
})
