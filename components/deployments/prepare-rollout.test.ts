import { expect, it } from 'vitest'
import { defaultSettings } from '#core/releases/settings'
import { defaultCanary } from '#core/releases/strategy'
import type { DeploymentView } from '#server/releases/views'
import { bannerOf, besideOf, chartedOf, planOf, roleOf, underWay, whyFixed } from './prepare-rollout.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 10, minute))
const rollout: NonNullable<DeploymentView['rollout']> = {
  id: 'r',
  strategy: defaultCanary,
  status: 'running',
  automatic: true,
  step: 1,
  steps: defaultCanary.steps,
  stepSince: at(10),
  nextStepAt: at(20),
  championId: 'a',
  challengerId: 'b',
  champion: 7,
  challenger: 8,
  challengerAnswers: 312,
  sentence: '',
  by: 'Lena',
  since: at(0),
  endedAt: null,
  firstRelease: 3,
  release: 4,
  verdict: null,
}
const ended = { ...rollout, status: 'promoted' as const, endedAt: at(30) }
const figures = { rows: 0, errorShare: null, p99Ms: null, confidence: null, lowShare: null }
const past = (number: number, share: number, rolloutId: string | null): DeploymentView['history'][number] => ({
  number,
  kind: 'share',
  rollbackOf: null,
  lowConfidence: 0.6,
  settings: defaultSettings,
  reason: '',
  by: null,
  at: at(number),
  until: null,
  rolloutId,
  arms: [
    { versionId: 'a', version: 7, weight: 100 - share, ...figures },
    { versionId: 'b', version: 8, weight: share, ...figures },
  ],
})
const arm = (versionId: string, version: number, weight: number): DeploymentView['arms'][number] => ({
  versionId,
  version,
  weight,
  liveSince: at(0),
  perSecond: 1,
  ...figures,
})
const shadow = { versionId: 'b', version: 8, share: 20, perSecond: 1, p99Ms: 23.4, confidence: 0.884, compared: 200, disagreed: 7 }

it('plans the steps of a canary under way with the shares that its releases set, oldest first', () => {
  const history = [past(9, 50, 'other'), past(4, 25, 'r'), past(3, 5, 'r'), past(2, 90, null)]
  expect(planOf({ rollout, history })).toMatchObject({
    step: 1,
    answers: 312,
    status: 'running',
    changes: [
      { share: 5, at: at(3) },
      { share: 25, at: at(4) },
    ],
  })
  expect(planOf({ rollout: ended, history })).toBeNull()
  expect(planOf({ rollout: null, history })).toBeNull()
  expect(underWay({ rollout: ended })).toBeNull()
})

it('draws the shadow of a rollout in the colour of the challenger, and a standing one without', () => {
  expect(besideOf({ shadow, standby: [{ versionId: 'a', version: 7 }], rollout })).toMatchObject([
    { kind: 'shadow', role: 'challenger', does: 'copies of 20 % of the requests', figures: '3.5 % of 200 differ, p99 23 ms' },
    { kind: 'standby', role: 'champion', does: 'loaded, no traffic' },
  ])
  expect(besideOf({ shadow: { ...shadow, compared: 0, p99Ms: null, confidence: null }, standby: [], rollout: null })).toMatchObject([
    { role: null, figures: 'nothing compared yet' },
  ])
})

it('says in the banner what goes on, and nothing when one version serves alone', () => {
  const base = { verdicts: [], shadow: null }
  expect(bannerOf({ ...base, rollout: null, arms: [arm('a', 7, 100)] })).toBeNull()
  expect(bannerOf({ ...base, rollout: null, arms: [arm('a', 7, 80), arm('b', 8, 20)] })).toMatchObject({
    share: 20,
    challenger: 8,
    champion: 7,
  })
  expect(bannerOf({ ...base, rollout, arms: [arm('a', 7, 75), arm('b', 8, 25)] })?.share).toBe(25)
  expect(bannerOf({ ...base, rollout, shadow, arms: [arm('a', 7, 100)] })?.share).toBe(20)
  expect(bannerOf({ ...base, rollout: ended, arms: [arm('b', 8, 100)] })?.banner.head).toBe('v8 was promoted.')
})

it('keeps the colours of a rollout when the routes have changed places', () => {
  expect([roleOf({ rollout }, 'b', 0), roleOf({ rollout }, 'a', 0)]).toEqual(['challenger', 'champion'])
  expect([roleOf({ rollout: ended }, 'b', 0), roleOf({ rollout: null }, 'b', 1)]).toEqual(['champion', 'challenger'])
  expect(chartedOf({ rollout, arms: [arm('b', 8, 100)] }).map(({ version }) => version)).toEqual([7, 8])
  expect(chartedOf({ rollout: ended, arms: [arm('b', 8, 100)] }).map(({ version }) => version)).toEqual([8])
})

it('lets nobody move what moves by itself', () => {
  const ab = { kind: 'ab' as const, share: 50, minutes: 10, minSamples: 10, judge: defaultCanary.judge }
  expect(whyFixed({ rollout: { ...rollout, strategy: ab } })).toMatch(/A\/B test keeps its split/)
  expect(whyFixed({ rollout: { ...ended, strategy: ab } })).toBeNull()
  expect(whyFixed({ rollout })).toBeNull()
})
