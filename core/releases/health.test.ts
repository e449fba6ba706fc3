import { expect, it } from 'vitest'
import { deploymentHealth, type HealthFacts } from './health'

const well: HealthFacts = {
  release: 4,
  gateways: { alive: 2, inForce: 2, problem: null },
  requests: 1_000,
  errorShare: 0,
  windowMinutes: 5,
  recentRequests: 5_000,
  openAlerts: 0,
  asks: null,
}

it.each<[string, Partial<HealthFacts>, string, RegExp]>([
  ['well', {}, 'ok', /^None of 1,000 requests in 5 min failed/],
  ['quiet', { requests: 0, errorShare: null }, 'ok', /No requests in 5 min/],
  ['idle', { requests: 0, errorShare: null, recentRequests: 0 }, 'idle', /30 minutes/],
  ['some errors', { errorShare: 0.02 }, 'warn', /2.0 % of 1,000/],
  ['many errors', { errorShare: 0.06 }, 'bad', /6.0 %/],
  ['few requests say nothing', { requests: 10, errorShare: 0.5 }, 'ok', /10 requests/],
  ['an alert', { openAlerts: 2 }, 'warn', /2 alerts open/],
  ['a question', { asks: 'Too little traffic.' }, 'warn', /waits for a person. Too little traffic/],
  ['being taken up', { gateways: { alive: 2, inForce: 1, problem: null } }, 'warn', /1 of 2 gateways/],
  ['a model that does not load', { gateways: { alive: 2, inForce: 1, problem: 'no such file' } }, 'bad', /no such file/],
  ['no gateway', { gateways: { alive: 0, inForce: 0, problem: null }, openAlerts: 1 }, 'bad', /No gateway runs/],
])('%s', (_, facts, state, words) => {
  const health = deploymentHealth({ ...well, ...facts })
  expect(health.state).toBe(state)
  expect(health.sentence).toMatch(words)
})
