import { expect, it } from 'vitest'
import { defaultSettings } from '#core/releases/settings'
import { defaultCanary } from '#core/releases/strategy'
import { type OrderFacts, readOrder, refusalsOf, startOrder } from './prepare-order.ts'
import { withKind } from './strategy-draft.ts'

const facts: OrderFacts = {
  live: { versionId: 'a', version: 7 },
  candidate: { versionId: 'b', version: 8 },
  problem: null,
  canSplit: true,
  isRegression: false,
  classes: ['ham', 'spam'],
  settings: defaultSettings,
  lowConfidence: 0.6,
}
const read = (some: Partial<OrderFacts> = {}) => readOrder(startOrder({ ...facts, ...some }), { ...facts, ...some })

it('is one click on a canary where something is live', () => {
  expect(read()).toMatchObject({
    order: { strategy: defaultCanary, settings: defaultSettings, lowConfidence: 0.6, reason: 'v8 deployed, as a canary from 5 %' },
    problem: null,
    forecast: 'as a canary from 5 %',
  })
  expect(read().plan).toMatch(/^v8 takes 5, 25, 50, then 100 %/)
})

it('takes all traffic at once on a first release, for the same version, and where the versions read other fields', () => {
  for (const some of [{ live: null }, { live: { versionId: 'b', version: 8 } }, { canSplit: false }]) {
    expect(read(some)).toMatchObject({ order: { strategy: { kind: 'all-at-once' } }, forecast: 'all traffic' })
  }
  expect(Object.keys(refusalsOf({ ...facts, canSplit: false }))).toEqual(['canary', 'shadow', 'ab', 'bandit', 'by-hand'])
  expect(refusalsOf({ ...facts, live: null })).toHaveProperty('blue-green')
  expect(read({ live: null })).toMatchObject({ order: { reason: 'v8 deployed' }, plan: null })
})

it('says why it cannot be sent', () => {
  const draft = startOrder(facts)
  expect(read({ problem: 'Serves another model.' })).toMatchObject({ order: null, problem: 'Serves another model.' })
  expect(readOrder({ ...draft, strategy: { ...draft.strategy, steps: [] } }, facts)).toMatchObject({
    order: null,
    problem: 'A field above is not valid yet.',
    plan: null,
    strategyErrors: { steps: 'One to ten steps.' },
  })
  expect(readOrder({ ...draft, serve: { ...draft.serve, timeoutMs: '' } }, facts).serveErrors).toHaveProperty('timeoutMs')
  expect(readOrder(draft, { ...facts, canSplit: false }).problem).toMatch(/cannot be split/)
  const shadow = {
    ...draft,
    strategy: withKind(draft.strategy, 'shadow'),
    serve: { ...draft.serve, shadow: { versionId: 'c', share: '10' } },
  }
  expect(readOrder(shadow, facts).problem).toMatch(/one shadow/)
})

it('splits by hand with a share and no strategy', () => {
  const draft = startOrder(facts)
  const { order, forecast, plan } = readOrder({ ...draft, strategy: withKind(draft.strategy, 'by-hand') }, facts)
  expect(order).toMatchObject({ share: 10 })
  expect(order).not.toHaveProperty('strategy')
  expect([forecast, plan]).toEqual([
    '10 % of the traffic',
    'v7 stays champion, and v8 becomes its challenger until somebody moves the share.',
  ])
})

it('keeps a reason that was written', () => {
  expect(readOrder({ ...startOrder(facts), reason: ' Better on refunds ' }, facts).order?.reason).toBe('Better on refunds')
})
