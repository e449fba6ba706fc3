import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createUser } from '#db/queries/users'
import { main } from '#server/cli'
import type { House } from '#server/house'
import { sendTraffic } from '#server/releases/testing'
import { lookAtRollouts } from '#server/releases/watch-rollouts'
import { testHouse } from '#server/testing/test-house'
import { registerTiny, type TinyVersion } from '#server/testing/tiny-registry'

/** Rollouts from the command line, on a real database and without a server. */

let house: House
let versions: TinyVersion[]
const before = { ...process.env }

beforeAll(async () => {
  house = await testHouse()
  versions = await registerTiny(house, { name: 'tiny', count: 3 })
  Object.assign(process.env, {
    DATABASE_URL: house.databaseUrl,
    STAGELINE_HOME: house.env.STAGELINE_HOME,
    STAGELINE_SECRET: 'a secret that is only good for the tests',
  })
  await createUser(house.db, { id: 'vi', name: 'Vi', email: 'vi@example.com', role: 'viewer', passwordHash: 'x' })
})
afterAll(async () => {
  process.env = before
  await house.close()
})

async function stageline(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream === 'stdout' ? 'out' : 'err'] += String(text)
      return true
    }),
  )
  try {
    await main(['node', 'stageline', ...args])
    return { code: Number(process.exitCode ?? 0), ...said }
  } finally {
    for (const spy of spies) spy.mockRestore()
    process.exitCode = undefined
  }
}

/** v1 alone, and v2 on its way by these options. */
async function begin(name: string, ...options: string[]) {
  await stageline('deploy', 'tiny@1', '--to', name)
  return stageline('deploy', 'tiny@2', '--to', name, ...options)
}

async function harm(name: string): Promise<void> {
  const { rows } = await house.pool.query('select id from deployments where name = $1', [name])
  const arm = { deploymentId: String(rows[0]?.id), release: 2, at: new Date() }
  await sendTraffic(house, { ...arm, versionId: versions[0]?.id ?? '' }, { requests: 900 })
  await sendTraffic(house, { ...arm, versionId: versions[1]?.id ?? '' }, { requests: 300, failing: 0.4 })
}

describe('what a rollout is asked for with', () => {
  test.each<[string[], RegExp]>([
    [['--strategy', 'nothing'], /Allowed choices are all-at-once, canary/],
    [['--steps', '5,25'], /^--steps needs --strategy canary\.$/m],
    [['--strategy', 'shadow', '--steps', '5'], /^--steps needs --strategy canary\.$/m],
    [['--strategy', 'ab', '--by-hand'], /^--by-hand needs --strategy canary or blue-green\.$/m],
    [['--strategy', 'canary', '--share', '5'], /^--share goes with --strategy shadow or ab, or alone/m],
    [['--strategy', 'canary', '--steps', '5,x'], /whole percent/],
    [['--strategy', 'canary', '--minutes', '0'], /number above 0/],
    [['--strategy', 'canary', '--samples', '1.5'], /whole number/],
    [['--fallback', 'later'], /^--fallback later: it must be v3, last-good/m],
    [['--fallback', 'none', '--fallback', 'v1'], /stands alone/],
  ])('%j is wrong usage', async (options, words) => {
    const { code, err } = await stageline('deploy', 'tiny@1', ...options)
    expect([code, err]).toEqual([2, expect.stringMatching(words)])
  })
  test.each<[string[], RegExp]>([
    [['--strategy', 'canary', '--steps', '25,5'], /rise from step to step/],
    [['--fallback', '=eggs'], /eggs, which v2 does not know/],
    [['--fallback', 'v9'], /no version tiny@9/],
  ])('%j fails', async (options, words) => {
    const { code, err } = await begin(`fails-${options[1]?.replace(/\W/g, '')}`, ...options)
    expect([code, err]).toEqual([1, expect.stringMatching(words)])
  })
})

test('a canary is shown, held, resumed and promoted', async () => {
  const begun = await begin('shown', '--strategy', 'canary', '--steps', '5,25', '--minutes', '30', '--samples', '700')
  expect(begun.out).toMatch(/^Release 2 of shown: tiny v2 as a canary \(5, 25 %, then all\); `stageline rollout shown`/)
  const shown = await stageline('rollout', 'shown')
  expect(shown.out).toMatch(/^shown: v2 against v1, as a canary \(5, 25 %, then all\): running, step 1 of 2\.$/m)
  expect(shown.out).toMatch(/^0 of 700 requests answered; the next step at /m)
  expect((await stageline('hold', 'shown', '--reason', 'lunch')).out).toMatch(/stays where it is/)
  const { rollout } = JSON.parse((await stageline('rollout', 'shown', '--json')).out)
  expect(rollout).toMatchObject({ status: 'held', steps: [{ share: 5, minutes: 30, minSamples: 700 }, { share: 25 }] })
  expect(await stageline('hold', 'shown')).toMatchObject({ code: 1, err: expect.stringMatching(/held already/) })
  expect((await stageline('resume', 'shown')).out).toMatch(/goes on/)
  expect((await stageline('promote', 'shown')).out).toMatch(/^Release 3 of shown gives the challenger all traffic/)
  expect((await stageline('rollout', 'shown')).out).toMatch(/promoted/)
  expect((await stageline('resume', 'shown')).err).toMatch(/No rollout is under way here any more/)
})

test('deploying something else ends a rollout, and says so', async () => {
  await begin('ended', '--strategy', 'ab', '--share', '20')
  const { err } = await stageline('deploy', 'tiny@3', '--to', 'ended', '--fallback', 'last-good', '--fallback', '=ham')
  expect(err).toContain('v2 was under way on ended in an A/B test with 20 % of the traffic. That has ended with this release.')
  expect((await stageline('rollout', 'ended')).out).toMatch(/^No rollout is under way on ended: release 3 serves v3 100 %\.$/m)
})

test('watching ends with the rollout: exit code 1 when it was rolled back', async () => {
  await begin('watched', '--strategy', 'canary')
  const watched = stageline('rollout', 'watched', '--watch')
  await sleep(100)
  await harm('watched')
  await lookAtRollouts(house, new Date())
  const { code, out } = await watched
  expect([code, out]).toEqual([1, expect.stringMatching(/rolled-back/)])
  expect(out).toMatch(/^ {2}errors? .*harm/im)
  expect((await stageline('rollback', 'watched')).err).toMatch(/no earlier release/)
})

test('a viewer may look and not act', async () => {
  await begin('looked-at', '--strategy', 'canary')
  expect((await stageline('rollout', 'looked-at', '--as', 'vi@example.com')).code).toBe(0)
  for (const act of ['promote', 'hold', 'resume', 'rollback']) {
    expect(await stageline(act, 'looked-at', '--as', 'vi@example.com')).toMatchObject({ code: 1, err: expect.stringMatching(/needs lead/) })
  }
})
