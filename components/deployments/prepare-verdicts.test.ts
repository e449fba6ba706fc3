import { expect, it } from 'vitest'
import type { Decision, SignalVerdict } from '#core/releases/measured'
import { decisionLook, groupVerdicts, type WrittenVerdict } from './prepare-verdicts.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 10, minute))
const written = (id: number, decision: Decision, step = 0, signals: SignalVerdict[] = []): WrittenVerdict => ({
  id,
  at: at(id),
  step,
  verdict: { decision, sentence: `${decision} ${id}`, signals },
})

it('puts a run of "continue" at one step into one line, newest first, with the newest words', () => {
  const groups = groupVerdicts([
    written(1, 'continue'),
    written(2, 'continue'),
    written(3, 'continue', 1),
    written(4, 'hold', 1),
    written(5, 'continue', 1),
    written(6, 'continue', 1),
    written(7, 'promote', 1),
  ])
  expect(
    groups.map(({ decision, count, sentence, from, to }) => [decision, count, sentence, from.getUTCMinutes(), to.getUTCMinutes()]),
  ).toEqual([
    ['promote', 1, 'promote 7', 7, 7],
    ['continue', 2, 'continue 6', 5, 6],
    ['hold', 1, 'hold 4', 4, 4],
    ['continue', 1, 'continue 3', 3, 3],
    ['continue', 2, 'continue 2', 1, 2],
  ])
})

it('joins no verdicts that moved the traffic, and takes them in any order', () => {
  const of = (decision: Decision) => groupVerdicts([written(2, decision), written(3, decision), written(1, decision)]).map(({ id }) => id)
  expect([of('promote'), of('rollback'), of('hold'), of('inconclusive')]).toEqual([[3, 2, 1], [3, 2, 1], [3], [3]])
  expect(groupVerdicts([])).toEqual([])
})

it('gives the reasons of what was decided, harm first, and leaves out what is open', () => {
  const signal = (name: string, state: SignalVerdict['state']): SignalVerdict => ({
    signal: name,
    state,
    champion: 1,
    challenger: 2,
    limit: 1.5,
    unit: 'ms',
    pHarm: 0,
    pSafe: 1,
    samples: 10,
    sentence: `${name} is ${state}.`,
  })
  const [group] = groupVerdicts([
    written(1, 'rollback', 0, [signal('errors', 'safe'), signal('mix', 'open'), signal('latencyP99', 'harm')]),
  ])
  expect(group?.reasons).toEqual([
    { name: 'p99 latency', isHarm: true, sentence: 'latencyP99 is harm.' },
    { name: 'Error rate', isHarm: false, sentence: 'errors is safe.' },
  ])
})

it('lets only the newest "continue" turn', () => {
  expect(decisionLook('continue', true).status).toBe('running')
  expect(decisionLook('continue', false).status).toBe('queued')
  expect(decisionLook('rollback', false)).toEqual({ status: 'failed', word: 'Roll back' })
})
