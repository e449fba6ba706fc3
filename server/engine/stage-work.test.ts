import { expect, test } from 'vitest'
import { paperModel } from '#stages/fixtures/small-mail'
import { artifactsOf } from './stage-work'

test('a model points at its file and at what it learned', () => {
  const state = 'c'.repeat(64)
  expect(artifactsOf({ model: { ...paperModel, state } })).toEqual([paperModel.artifact, state])
  expect(artifactsOf({ model: paperModel })).toEqual([paperModel.artifact])
})
