import { describe, expect, test } from 'vitest'
import { type AlertCondition, type AlertState, nextAlert } from './alerts'

const rule: AlertCondition = { operator: '>', limit: 0.1, minutes: 2 }

/** Looks every 30 s at the figures in turn and writes what the rule did: `.` ok, `p` pending, `F` firing, `+` opened, `-` closed. */
function play(figures: readonly (number | null)[], condition: AlertCondition = rule, start: AlertState | null = null): string {
  let state = start
  return figures
    .map((figure, i) => {
      const next = nextAlert(state, figure, condition, 1_000_000 + i * 30_000)
      state = next.state
      if (next.event) return next.event === 'opened' ? '+' : '-'
      return { ok: '.', pending: 'p', firing: 'F' }[next.state.status]
    })
    .join('')
}

const [good, bad, near] = [0.01, 0.5, 0.095]

describe('opening', () => {
  test('waits until the figure was beyond the limit for all of its minutes', () => {
    expect(play([good, bad, bad, bad, bad, bad, bad])).toBe('.pppp+F')
  })
  test('starts again when the figure comes back in between', () =>
    expect(play([bad, bad, bad, good, bad, bad, bad, bad, bad])).toBe('ppp.pppp+'))
  test('the limit itself is within', () => expect(play([0.1, 0.1, 0.1, 0.1, 0.1, 0.1])).toBe('......'))
  test('a rule of zero minutes opens at once', () => expect(play([good, bad], { ...rule, minutes: 0 })).toBe('.+'))
  test('below works as above', () => expect(play([20, 5, 5, 5, 5, 5], { operator: '<', limit: 10, minutes: 2 })).toBe('.pppp+'))
})

describe('closing', () => {
  test('waits as long as opening did', () =>
    expect(play([bad, bad, bad, bad, bad, good, good, good, good, good, good])).toBe('pppp+FFFF-.'))
  test('a figure just within the limit does not close', () =>
    expect(play([bad, bad, bad, bad, bad, near, near, near, near, near, near])).toBe('pppp+FFFFFF'))
  test('a figure that trembles around the limit makes one alert', () => {
    const trembling = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 0.11 : 0.092))
    expect(play([bad, bad, bad, bad, bad, ...trembling])).toBe(`pppp+${'F'.repeat(40)}`)
  })
  test('one bad look starts the wait again', () =>
    expect(play([bad, bad, bad, bad, bad, good, good, good, bad, good, good, good, good, good])).toBe('pppp+FFFFFFFF-'))
  test('a limit of zero closes at zero', () => {
    expect(play([1, 1, 1, 1, 1, 0, 0, 0, 0, 0], { operator: '>', limit: 0, minutes: 2 })).toBe('pppp+FFFF-')
  })
})

describe('no data', () => {
  test('neither opens nor closes', () => {
    expect(play([null, null, null])).toBe('...')
    expect(play([bad, bad, bad, bad, bad, null, null, null, null, null, null, null])).toBe('pppp+FFFFFFF')
  })
  test('a pending rule bridges a gap, and opens only on data', () => expect(play([bad, bad, null, null, null, bad])).toBe('ppppp+'))
  test('a pending rule forgets after a gap longer than its wait', () =>
    expect(play([bad, null, null, null, null, null, bad, bad])).toBe('ppppp.pp'))
  test('clear looks before a gap do not count after it', () =>
    expect(play([bad, bad, bad, bad, bad, good, good, null, good, good, good, good, good])).toBe('pppp+FFFFFFF-'))
  test('the value is gone, and when it was known stays', () => {
    const first = nextAlert(null, bad, rule, 1000)
    expect(nextAlert(first.state, null, rule, 2000).state).toEqual({ status: 'pending', sinceMs: 1000, value: null, knownMs: 1000 })
  })
})

test('a state that an older program wrote, without the newer fields, goes on', () => {
  expect(nextAlert({ status: 'firing', sinceMs: 5, value: 1 }, good, rule, 1000)).toEqual({
    state: { status: 'firing', sinceMs: 5, value: good, knownMs: 1000, clearSinceMs: 1000 },
    event: null,
  })
})
