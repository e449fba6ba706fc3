import { describe, expect, it } from 'vitest'
import { completeRelease, type KnownVersions } from './complete-release'
import type { NextRelease, PastRelease } from './next-release'
import { defaultSettings, patchSettings, type SettingsPatch, settingsPatchSchema } from './settings'
import { pastRelease, versionFactsOf } from './testing'

const known: KnownVersions = new Map([
  ['v0', versionFactsOf(0)],
  ['v1', versionFactsOf(1)],
  ['v2', versionFactsOf(2)],
  ['fields', versionFactsOf(8, { signature: { inputs: [{ name: 'subject', type: 'text', example: '' }], target: 'label' } })],
  ['number', versionFactsOf(9, { signature: { ...versionFactsOf(9).signature, task: 'regression' }, classes: [] })],
])

function complete(split: Record<string, number>, patch: SettingsPatch = {}, releases: PastRelease[] = []): NextRelease {
  const { routes } = pastRelease(0, split)
  const next: NextRelease = {
    kind: 'deploy',
    routes,
    settings: patchSettings(defaultSettings, patch),
    lowConfidence: 0.6,
    rollbackOf: null,
  }
  return completeRelease(next, releases, known)
}
const fallback = (...steps: unknown[]) => settingsPatchSchema.parse({ fallback: { steps } })
const lastGood = fallback({ kind: 'version', versionId: '', lastGood: true })

describe('completeRelease', () => {
  it.each<[string, Record<string, number>, SettingsPatch, RegExp]>([
    [
      'a fallback that reads other fields',
      { v1: 100 },
      fallback({ kind: 'version', versionId: 'fields' }),
      /v8 reads other fields than v1 \(.*subject.*It cannot be fallback 1/,
    ],
    ['a fallback of another task', { v1: 100 }, fallback({ kind: 'version', versionId: 'number' }), /answers in another form than v1/],
    ['an unknown fallback', { v1: 100 }, fallback({ kind: 'version', versionId: 'v7' }), /not among the versions of its model/],
    [
      'an answer that no route knows',
      { v1: 100 },
      fallback({ kind: 'answer', label: 'eggs' }),
      /answers eggs, which v1 does not know. It answers ham, spam/,
    ],
    ['a class of a regressor', { number: 100 }, fallback({ kind: 'answer', label: 'ham' }), /but v9 answers a number/],
    ['a number of a classifier', { v1: 100 }, fallback({ kind: 'value', value: 3 }), /but v1 answers a class/],
    [
      'what comes after a stated answer',
      { v1: 100 },
      fallback({ kind: 'answer', label: 'ham' }, { kind: 'version', versionId: 'v2' }),
      /would never be asked/,
    ],
    [
      'a fallback named twice',
      { v1: 100 },
      fallback({ kind: 'version', versionId: 'v2' }, { kind: 'version', versionId: 'v2' }),
      /named twice/,
    ],
    ['a shadow of another task', { v1: 100 }, { shadow: { versionId: 'number', share: 100 } }, /cannot be a shadow/],
    ['standby duplicates', { v1: 100 }, { standby: ['v2', 'v2'] }, /names one twice/],
    ['a split of unlike versions', { v1: 90, fields: 10 }, {}, /refuse its share of the requests. Deploy it with 100 %/],
    ['an unknown route', { v7: 100 }, {}, /not among the versions/],
  ])('refuses %s', (_, split, patch, words) => {
    expect(() => complete(split, patch)).toThrow(words)
  })
  it('drops what the routes make pointless', () => {
    const bandit = settingsPatchSchema.parse({ assignment: { kind: 'bandit', method: 'thompson' } })
    const { settings } = complete({ v2: 100 }, { ...bandit, shadow: { versionId: 'v2', share: 50 }, standby: ['v2', 'v1'] })
    expect(settings).toMatchObject({ shadow: null, standby: ['v1'], assignment: { kind: 'weights' } })
    expect(complete({ v1: 50, v2: 50 }, bandit).settings.assignment).toMatchObject({ kind: 'bandit' })
  })
  it('lets unlike versions follow each other, and stand by', () => {
    expect(complete({ fields: 100 }, { standby: ['v1'] }).settings.standby).toEqual(['v1'])
  })
})

describe('the last good version', () => {
  const history = [pastRelease(1, { v0: 100 }), pastRelease(2, { v1: 100 })]
  it.each([
    ['is the newest that served alone and is not routed', { v2: 100 }, history, 'v1'],
    ['is an older one beside a canary of the newest', { v1: 95, v2: 5 }, history, 'v0'],
    ['is the champion beside its challenger when there is no other', { v1: 95, v2: 5 }, [pastRelease(1, { v1: 100 })], 'v1'],
    ['is none that was rolled back from', { v2: 100 }, [...history, pastRelease(3, { v0: 100 }, { rollbackOf: 1 })], 'v0'],
  ])('%s', (_, split, releases, versionId) => {
    expect(complete(split, lastGood, releases).settings.fallback.steps).toEqual([{ kind: 'version', versionId, lastGood: true }])
  })
  it('must fit, and must exist', () => {
    expect(() => complete({ number: 100 }, lastGood, history)).toThrow(/no version that reads the same fields as v9 served here alone/)
    expect(() => complete({ v1: 100 }, lastGood, [])).toThrow(/there is none/)
  })
})
