import { expect, test } from 'vitest'
import type { SearchTrial } from '#core/tune/trial'
import { leaderboardOf } from './leaderboard'

const trial = (number: number, status: SearchTrial['status'], scores: number[], share = 1): SearchTrial => ({
  number,
  params: { candidate: `candidate ${number}` },
  status,
  scores,
  share,
  continues: null,
  seconds: 1,
  error: status === 'failed' ? 'It failed.' : null,
})

test('the best comes first, then what was stopped by how far it got, then what has failed', () => {
  const trials = [
    trial(0, 'failed', []),
    trial(1, 'stopped', [0.99]),
    trial(2, 'finished', [0.7, 0.8]),
    trial(3, 'finished', [0.9, 0.8]),
    trial(4, 'stopped', [0.1, 0.2]),
  ]
  const places = leaderboardOf({ trials, direction: 'maximise' })
  expect(places.map(({ place, trial }) => [place, trial])).toEqual([
    [1, 4],
    [2, 3],
    [null, 5],
    [null, 2],
    [null, 1],
  ])
  expect(places[0]).toMatchObject({ score: expect.closeTo(0.85, 9), deviation: expect.closeTo(0.0707107, 6), folds: 2 })
  expect(places[4]).toMatchObject({ score: null, error: 'It failed.' })
  expect(leaderboardOf({ trials, direction: 'minimise' })[0]?.trial).toBe(3)
})

test('a score on all rows comes before a better one on part of them', () => {
  const places = leaderboardOf({ trials: [trial(0, 'finished', [0.9], 0.3), trial(1, 'finished', [0.8])], direction: 'maximise' })
  expect(places.map(({ trial }) => trial)).toEqual([2, 1])
})
