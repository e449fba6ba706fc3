import { describe, expect, test } from 'vitest'
import { nextOrder, readView, type View, viewAddress } from './view-address.ts'

const usual: View = { filter: { repeats: false }, order: { by: 'when', direction: 'descending' }, page: 0, columns: null }
const accuracy = { source: 'evaluation', name: 'accuracy' } as const

describe('a view survives its address', () => {
  test.each<[string, View]>([
    ['as usual', usual],
    [
      'with everything chosen',
      {
        filter: { workflowId: '1', estimator: 'tune', tag: 'a b & c', state: 'bad', repeats: true },
        order: { by: { source: 'cross-validation', name: 'accuracy, deviation' }, direction: 'ascending' },
        page: 3,
        columns: [
          { kind: 'metric', metric: { source: 'evaluation', name: 'recall[a:b]' } },
          { kind: 'param', name: 'text of body (2)' },
        ],
      },
    ],
    ['without any column', { ...usual, columns: [] }],
  ])('%s', (_name, view) => expect(readView(new URLSearchParams(viewAddress(view)))).toEqual(view))

  test('the usual one has none', () => expect(viewAddress(usual)).toBe(''))
  test('nonsense is as usual', () => {
    expect(readView(new URLSearchParams('status=constructor&page=-3&sort=x&direction=up'))).toEqual(usual)
  })
})

test('a click sorts the better end first, a second one turns it round', () => {
  const byLoss = { source: 'evaluation', name: 'log-loss' } as const
  const first = nextOrder(usual.order, byLoss, 'lower')
  expect(first).toEqual({ by: byLoss, direction: 'ascending' })
  expect(nextOrder(first, byLoss, 'lower').direction).toBe('descending')
  expect(nextOrder(first, accuracy, 'higher')).toEqual({ by: accuracy, direction: 'descending' })
})
