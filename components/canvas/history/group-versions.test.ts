import { expect, it } from 'vitest'
import { groupVersions } from './group-versions.ts'

const line = (number: number, seconds: number, authorId = 'ada') => ({
  number,
  summary: '',
  createdAt: new Date(seconds * 1000),
  authorId,
  authorName: authorId,
})

it('puts saves of one author within a minute together', () => {
  const groups = groupVersions([line(5, 500), line(4, 450), line(3, 395), line(2, 390, 'bob'), line(1, 100)])
  expect(groups.map((group) => group.versions.map((version) => version.number))).toEqual([[5, 4, 3], [2], [1]])
  expect(groups[0]?.newest.number).toBe(5)
  expect(groupVersions([])).toEqual([])
})
