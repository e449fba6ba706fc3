import { expect, test } from 'vitest'
import { paperModel } from '#stages/fixtures/small-mail'
import { artifactsOf } from './stage-work'

test('a model points at its file and at what it learned', () => {
  const state = 'c'.repeat(64)
  expect(artifactsOf({ model: { ...paperModel, state } })).toEqual([paperModel.artifact, state])
  expect(artifactsOf({ model: paperModel })).toEqual([paperModel.artifact])
})

test('an imported model points at the file that it came from as well', () => {
  const file = 'd'.repeat(64)
  const answer = { form: 'number', width: 1 } as const
  const origin = { kind: 'imported', file, name: 'a.onnx', producer: '', opset: null, columns: ['n'], output: '', answer } as const
  expect(artifactsOf({ model: { ...paperModel, recipe: null, origin: { ...origin, columns: ['n'] } } })).toEqual([
    paperModel.artifact,
    file,
  ])
})
