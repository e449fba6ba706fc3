import { expect, it } from 'vitest'
import type { Decision, SignalVerdict, Verdict } from '#core/releases/measured'
import { type BannerInput, prepareBanner } from './prepare-banner.ts'

const signals = (...states: SignalVerdict['state'][]): SignalVerdict[] =>
  states.map((state, i) => ({
    signal: `s${i}`,
    state,
    champion: 1,
    challenger: 1,
    limit: 2,
    unit: 'ms',
    pHarm: 1,
    pSafe: 1,
    samples: 1,
    sentence: '',
  }))
const verdict = (decision: Decision, ...states: SignalVerdict['state'][]): Verdict => ({
  decision,
  sentence: 'So it is.',
  signals: signals(...states),
})
type Rollout = NonNullable<BannerInput['rollout']>
const banner = (rollout: Partial<Rollout> | null, said: Verdict | null = null) =>
  prepareBanner({
    rollout: rollout && { status: 'running', kind: 'canary', automatic: true, sentence: '', ...rollout },
    verdict: said,
    challenger: 8,
    champion: 7,
    share: 25,
  })

it('says what the judge says while it runs, with hold and promote', () => {
  expect(banner({})).toEqual({
    status: 'running',
    head: 'v8 has just begun.',
    text: 'No verdict yet: both versions must answer first.',
    acts: ['hold', 'promote'],
  })
  expect(banner({}, verdict('continue', 'safe', 'no-data'))).toMatchObject({ status: 'done', head: 'v8 holds every limit that has data.' })
  expect(banner({}, verdict('continue', 'safe', 'open'))).toMatchObject({ status: 'running', head: 'v8 is judged.', text: 'So it is.' })
  expect(banner({}, verdict('continue', 'no-data'))).toMatchObject({ status: 'running' })
  expect(banner({}, verdict('rollback', 'harm'))).toMatchObject({ status: 'failed', head: 'v8 does harm.' })
  expect(banner({}, verdict('inconclusive', 'open'))).toMatchObject({ status: 'waiting' })
  expect(banner({ automatic: false }, verdict('promote', 'safe')).text).toBe('So it is. It does not step by itself: press the button.')
})

it('asks a person with all three ways out', () => {
  expect(banner({ status: 'held', sentence: 'Olga held it.' })).toMatchObject({
    head: 'v8 is held at 25 %.',
    text: 'Olga held it.',
    acts: ['resume', 'promote', 'rollback'],
  })
  expect(banner({ status: 'asking' }, verdict('inconclusive', 'open'))).toMatchObject({
    status: 'waiting',
    head: 'v8 waits for a person.',
    text: 'So it is.',
    acts: ['promote', 'resume', 'rollback'],
  })
})

it('says no share where there is none', () => {
  expect(banner({ status: 'held', kind: 'shadow' }).head).toBe('v8 is held.')
})

it('says how it ended, without buttons', () => {
  expect(banner({ status: 'promoted', sentence: 'It held.' })).toEqual({
    status: 'done',
    head: 'v8 was promoted.',
    text: 'It held.',
    acts: [],
  })
  expect(banner({ status: 'rolled-back' })).toMatchObject({ status: 'failed', head: 'v8 was rolled back to v7.', acts: [] })
  expect(banner({ status: 'ended' })).toMatchObject({ status: 'queued', acts: [] })
})

it('says that nobody judges a split by hand', () => {
  expect(banner(null)).toMatchObject({ status: 'queued', head: 'v8 takes 25 % by hand.', acts: ['promote'] })
})
