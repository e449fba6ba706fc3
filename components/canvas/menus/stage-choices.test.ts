import { describe, expect, it } from 'vitest'
import { emptyGraph } from '#core/graph/graph'
import { pairKey } from '#core/graph/pairs'
import { findSpec } from '#stages/specs'
import { matches, stageChoices, stagesByCategory } from './stage-choices.ts'

const graph = { ...emptyGraph, stages: [{ id: 'train', type: 'logistic-regression', params: {} }] }
const types = (pairs: Record<string, number>) =>
  stageChoices(graph, { ref: 'train.model', side: 'outputs' }, pairs).map(({ spec }) => spec.type)

describe('choices at a free end', () => {
  it('lists only stages with a port of the kind', () => {
    for (const type of types({})) expect(Object.values(findSpec(type)?.inputs ?? {}).some(({ kind }) => kind === 'model')).toBe(true)
    expect(types({})).toContain('evaluate')
    expect(types({})).not.toContain('split')
  })
  it('puts the pair that is used most first', () => {
    expect(
      types({
        [pairKey('logistic-regression.model', 'register.model')]: 9,
        [pairKey('logistic-regression.model', 'evaluate.model')]: 4,
      }).slice(0, 2),
    ).toEqual(['register', 'evaluate'])
  })
  it('works backwards from an input', () => {
    const learners = stageChoices({ ...graph, stages: [{ id: 'e', type: 'evaluate', params: {} }] }, { ref: 'e.model', side: 'inputs' }, {})
    expect(learners.map(({ spec }) => spec.type)).toEqual(expect.arrayContaining(['logistic-regression', 'naive-bayes']))
    expect(learners.every(({ spec }) => Object.values(spec.outputs).some(({ kind }) => kind === 'model'))).toBe(true)
  })
})

describe('search', () => {
  it.each([
    ['tfidf', 'text-features', true],
    ['text fea', 'text-features', true],
    ['csv', 'file', true],
    ['logistic', 'split', false],
  ])('"%s" finds %s: %s', (search, type, found) => {
    const spec = findSpec(type)
    expect(spec && matches(spec, search)).toBe(found)
  })
  it('keeps palette order and leaves empty groups out', () => {
    expect(stagesByCategory('').map(({ category }) => category)).toEqual([
      'collect',
      'prepare',
      'features',
      'learn',
      'validate',
      'release',
      'flow',
    ])
    expect(stagesByCategory('zebra')).toEqual([])
  })
})
