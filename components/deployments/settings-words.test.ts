import { expect, it } from 'vitest'
import { defaultDeploymentSettings } from '#core/releases/deployment-settings'
import { defaultSettings, releaseSettingsSchema } from '#core/releases/settings'
import { fallbackSentence, settingsFacts } from './settings-words.ts'

const nameOf = (id: string) => id

it('says the defaults', () => {
  const facts = settingsFacts({
    settings: defaultSettings,
    lowConfidence: 0.6,
    deployment: defaultDeploymentSettings,
    isRegression: false,
    nameOf,
  })
  expect(Object.fromEntries(facts.map(({ name, value }) => [name, value]))).toEqual({
    Fallback: 'none: an error, a timeout or overload reaches the caller',
    Timeout: '10,000 ms',
    Batching: 'adaptive, at most 512 rows and 5 ms of waiting',
    Cache: 'off',
    'Low confidence': 'below 0.60, none for review',
    Log: 'keeps whole inputs',
    'Four eyes': 'off',
  })
})

it('says what was set, and nothing of confidence for numbers', () => {
  const settings = releaseSettingsSchema.parse({
    shadow: { versionId: 'v9', share: 20 },
    batching: { mode: 'off' },
    cache: { on: true },
    reviewShare: 5,
  })
  const facts = settingsFacts({
    settings,
    lowConfidence: 0.6,
    deployment: { log: { inputs: 'sampled', share: 10 }, fourEyes: true },
    isRegression: true,
    nameOf,
  })
  expect(facts.map(({ value }) => value)).toEqual(
    expect.arrayContaining([
      'off, each request by itself',
      'on, 10,000 answers a version',
      'v9, copies of 20 % of the requests',
      'keeps 10 % of the inputs',
    ]),
  )
  expect(facts.some(({ name }) => name === 'Low confidence')).toBe(false)
})

it('says the chain in one sentence', () => {
  const of = (fallback: object) => fallbackSentence(releaseSettingsSchema.parse({ fallback }), nameOf)
  expect(of({})).toBeNull()
  expect(
    of({
      steps: [
        { kind: 'version', versionId: 'v6', lastGood: true },
        { kind: 'answer', label: 'other' },
      ],
    }),
  ).toBe('then the last good version v6, then the answer "other", on errors, timeouts and overload')
  expect(of({ steps: [{ kind: 'value', value: 3 }], on: [], belowConfidence: 0.4 })).toBe('then the answer 3, on a confidence below 0.4')
  expect(of({ steps: [{ kind: 'value', value: 3 }], on: [] })).toBe('then the answer 3, but on nothing yet')
})
