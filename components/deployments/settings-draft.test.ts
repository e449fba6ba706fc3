import { expect, it } from 'vitest'
import { defaultDeploymentSettings } from '#core/releases/deployment-settings'
import { defaultSettings, releaseSettingsSchema } from '#core/releases/settings'
import { keepDraft, readKeep, readServe, serveDraft, withFallback } from './settings-draft.ts'

const answers = { isRegression: false, classes: ['ham', 'spam'] }

it('reads back what is in force, what the form does not show included', () => {
  const settings = releaseSettingsSchema.parse({
    assignment: { kind: 'bandit', method: 'thompson' },
    standby: ['old'],
    shadow: { versionId: 'next', share: 20 },
    fallback: {
      steps: [
        { kind: 'version', versionId: 'old', lastGood: true },
        { kind: 'answer', label: 'ham' },
      ],
      on: ['error'],
      belowConfidence: 0.4,
    },
    timeoutMs: 250,
    reviewShare: 5,
    batching: { mode: 'off' },
    cache: { on: true, entries: 500 },
  })
  expect(readServe(serveDraft(settings, 0.6), settings, answers)).toEqual({ settings, lowConfidence: 0.6, errors: null })
  expect(readServe(serveDraft(defaultSettings, 0.55), defaultSettings, answers)).toMatchObject({
    settings: defaultSettings,
    lowConfidence: 0.55,
  })
})

it('says by field what is wrong', () => {
  const draft = serveDraft(defaultSettings, 0.6)
  const wrong = {
    ...draft,
    timeoutMs: '5',
    lowConfidence: '60',
    reviewShare: '',
    batching: { isOn: true, rows: '0', waitMs: 'x' },
    cache: { isOn: true, entries: '1.5' },
    fallback: {
      steps: [
        { id: 0, kind: 'version' as const, versionId: '', lastGood: false, answer: '' },
        { id: 1, kind: 'answer' as const, versionId: '', lastGood: false, answer: 'egg' },
        { id: 2, kind: 'answer' as const, versionId: '', lastGood: false, answer: ' spam ' },
      ],
      on: draft.fallback.on,
      belowConfidence: '2',
    },
    shadow: { versionId: 'v', share: '0' },
  }
  expect(readServe(wrong, defaultSettings, answers)).toEqual({
    settings: null,
    errors: {
      timeoutMs: 'Whole milliseconds from 10 to 60,000.',
      lowConfidence: 'From 0 to 1.',
      reviewShare: 'A whole percent from 0 to 100.',
      'batching.rows': 'Whole rows from 1 to 4,096.',
      'batching.waitMs': 'Milliseconds from 0 to 1,000.',
      'cache.entries': 'A whole number from 1 to 1,000,000.',
      'fallback.steps.0': 'Choose a version.',
      'fallback.steps.1': 'Not a class of this model: ham, spam.',
      'fallback.belowConfidence': 'From 0 to 1, or nothing for never.',
      'shadow.share': 'A whole percent from 1 to 100.',
    },
  })
})

it('reads the stated answer of a regressor as a number', () => {
  const draft = {
    ...serveDraft(defaultSettings, 0.6),
    fallback: { steps: [{ id: 0, kind: 'answer' as const, versionId: '', lastGood: false, answer: '12,5' }], on: [], belowConfidence: '' },
  }
  expect(readServe(draft, defaultSettings, { isRegression: true }).settings?.fallback).toMatchObject({
    steps: [{ kind: 'value', value: 12.5 }],
    on: [],
  })
  const step = { id: 0, kind: 'answer' as const, versionId: '', lastGood: false, answer: 'much' }
  expect(readServe({ ...draft, fallback: { ...draft.fallback, steps: [step] } }, defaultSettings, { isRegression: true }).errors).toEqual({
    'fallback.steps.0': 'Write the number to answer.',
  })
})

it('adds the last good version to the chain first, then others that do not serve, then stated answers', () => {
  const facts = { versionIds: ['live', 'a', 'b'], serving: ['live'], lastGood: 'b' }
  const one = withFallback([], facts)
  const two = withFallback(one, facts)
  expect(withFallback(two, facts).map(({ id, kind, versionId, lastGood }) => [id, kind, versionId, lastGood])).toEqual([
    [0, 'version', 'b', true],
    [1, 'version', 'a', false],
    [2, 'answer', '', false],
  ])
  expect(withFallback([], { versionIds: ['live'], serving: ['live'], lastGood: null })[0]?.kind).toBe('answer')
})

it('keeps the hidden share of a sample out of the way', () => {
  expect(readKeep(keepDraft(defaultDeploymentSettings)).settings).toEqual(defaultDeploymentSettings)
  expect(readKeep({ inputs: 'hashed', share: 'x', fourEyes: true }).settings).toMatchObject({ log: { inputs: 'hashed' }, fourEyes: true })
  expect(readKeep({ inputs: 'sampled', share: '0', fourEyes: false }).errors).toEqual({ share: 'A whole percent from 1 to 100.' })
})
