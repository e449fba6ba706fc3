import { expect, test } from 'vitest'
import type { StageSpec } from './define'
import { specs } from './specs'
import { trials } from './trials'

test('each stage that searches has a trial, and no other stage has one', () => {
  const searching = Object.values<StageSpec>(specs).filter(({ search }) => search)
  expect(Object.keys(trials).sort()).toEqual(searching.map(({ type }) => type).sort())
})

test('the budget of a search is made of its params', () => {
  for (const { search, params } of Object.values<StageSpec>(specs)) {
    for (const name of search?.budget ?? []) expect(Object.keys(params.shape)).toContain(name)
  }
})
