import { describe, expect, it } from 'vitest'
import type { SignalVerdict } from '#core/releases/measured'
import { guardRows, guardSummary, limitOf } from './prepare-guard.ts'

const signal = (more: Partial<SignalVerdict>): SignalVerdict => ({
  signal: 'errors',
  state: 'open',
  champion: 0.0004,
  challenger: 0.0006,
  limit: 0.0054,
  unit: 'share',
  pHarm: 1,
  pSafe: 0.02,
  samples: 1200,
  sentence: 'Errors look alike.',
  ...more,
})
const row = (more: Partial<SignalVerdict>) => guardRows([signal(more)])[0]

describe('guard rows', () => {
  it('writes a share with its limit, its change in points and the part of the tolerance that is used', () => {
    expect(row({ state: 'safe' })).toMatchObject({
      name: 'Error rate',
      limit: '≤ 0.54 %',
      champion: '0.04 %',
      challenger: '0.06 %',
      change: '+0.02 pt',
      look: { status: 'done', word: 'holds' },
    })
    expect(row({ state: 'safe' })?.used).toBeCloseTo(0.04)
  })

  it('turns the limit of what must not fall, and of business figures by where the limit lies', () => {
    expect(row({ signal: 'confidence', unit: 'score', champion: 0.861, challenger: 0.84, limit: 0.831 })).toMatchObject({
      limit: '≥ 0.831',
      change: '−0.021',
    })
    expect(row({ signal: 'confidence', unit: 'score', champion: 0.861, challenger: 0.84, limit: 0.831 })?.used).toBeCloseTo(0.7)
    expect(row({ signal: 'business:revenue', unit: 'figure', champion: 20, challenger: 19, limit: 19 })).toMatchObject({
      name: 'revenue',
      limit: '≥ 19',
      used: 1,
    })
    expect(row({ signal: 'business:cost', unit: 'figure', champion: 20, challenger: 19, limit: 21 })).toMatchObject({
      limit: '≤ 21',
      used: 0,
    })
  })

  it('measures a distance from zero, because the champion is the reference', () => {
    const mix = row({ signal: 'mix', unit: 'distance', champion: null, challenger: 0.04, limit: 0.1 })
    expect(mix).toMatchObject({ champion: null, challenger: '0.040', change: null })
    expect(mix?.used).toBeCloseTo(0.4)
  })

  it('shows nothing where nothing was measured, and says so', () => {
    const none = { state: 'no-data', champion: null, challenger: null, limit: null, pHarm: null, pSafe: null, samples: 0 } as const
    expect(row(none)).toMatchObject({
      limit: null,
      champion: null,
      challenger: null,
      change: null,
      used: null,
      look: { status: 'stale', word: 'no data' },
      sentence: 'Errors look alike.',
    })
  })

  it('warns near the limit, fills the bar beyond it, and calls equal figures equal', () => {
    expect(row({ champion: 0.05, challenger: 0.079, limit: 0.08 })?.look).toMatchObject({ status: 'queued', colour: 'var(--st-waiting)' })
    expect(row({ state: 'harm', champion: 0.05, challenger: 0.2, limit: 0.08 })).toMatchObject({ used: 1, look: { word: 'breached' } })
    expect(row({ challenger: 0.00041 })?.change).toBe('no difference')
    expect(row({ champion: 0.1, challenger: 0.1, limit: 0.1 })?.used).toBe(0)
  })
})

it('counts the states in one line, the worst first, and finds the limit of a chart', () => {
  const all = [signal({ state: 'safe' }), signal({ state: 'harm', signal: 'mix' }), signal({ state: 'no-data', signal: 'accuracy' })]
  expect(guardSummary(all)).toBe('1 breached, 1 holds, 1 without data')
  expect(guardSummary([])).toBe('')
  expect(limitOf(all, 'errors')).toBe(0.0054)
  expect(limitOf(all, 'latencyP99')).toBeNull()
})
