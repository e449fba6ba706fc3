import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Strategy } from '#core/releases/strategy'
import { changeRelease, deployVersion } from './change-release'
import { quickCanary, type Traffic } from './testing'
import { ada, type RolloutStand, rolloutStand } from './testing-rollouts'
import { watchRollouts } from './watch-rollouts'

/** Rollouts when processes die, several act at once, or people come in between. */

let stand: RolloutStand
beforeAll(async () => {
  stand = await rolloutStand()
})
afterAll(() => stand?.close())

const begin = (deployment: string, strategy: Strategy) => stand.begin(deployment, strategy)
const well = (requests: number): Traffic => ({ requests })

describe('durability', () => {
  it('two workers at once make one release', async () => {
    const canary = await begin('contended', quickCanary)
    await canary.serve(well(1_800), { requests: 200, failing: 0.3 })
    await Promise.all([canary.look(), canary.look(), canary.look()])
    expect(await canary.count('releases where deployment_id = $1')).toBe(3)
    expect(await canary.count('verdicts join rollouts r on r.id = rollout_id where r.deployment_id = $1')).toBe(1)
  })

  it.each([
    ['the process fails', `raise exception 'killed'`],
    ['the connection is cut', 'perform pg_terminate_backend(pg_backend_pid())'],
  ])('leaves nothing half when %s after the release was written, and goes on later', async (name, death) => {
    const canary = await begin(name.includes('process') ? 'killed' : 'cut', quickCanary)
    await canary.serve(well(1_800), { requests: 200, failing: 0.3 })
    await stand.house.pool.query(
      `create function die() returns trigger language plpgsql as $$ begin ${death}; return new; end $$;
       create trigger die before update on rollouts for each row execute function die()`,
    )
    await canary.look()
    expect((await canary.page()).rollout).toMatchObject({ status: 'running' })
    expect(await canary.count('releases where deployment_id = $1')).toBe(2)
    expect(await canary.count('verdicts join rollouts r on r.id = rollout_id where r.deployment_id = $1')).toBe(0)
    await stand.house.pool.query('drop trigger die on rollouts; drop function die')
    await canary.look()
    expect((await canary.page()).rollout).toMatchObject({ status: 'rolled-back' })
    expect(await canary.count('releases where deployment_id = $1')).toBe(3)
  })

  it('ends when somebody released something else past it', async () => {
    const canary = await begin('passed', quickCanary)
    await stand.house.pool.query(
      `insert into releases (deployment_id, number, routes, kind, created_by) select deployment_id, 3, routes, 'deploy', 'ada' from releases where deployment_id = $1 and number = 1`,
      [canary.deploymentId],
    )
    await canary.look()
    const { rows } = await stand.house.pool.query('select status, sentence from rollouts where deployment_id = $1', [canary.deploymentId])
    expect(rows).toEqual([{ status: 'ended', sentence: 'Ada made release 3 (deploy) while it was under way.' }])
  })

  it('one that cannot be judged does not keep the others waiting', async () => {
    const broken = await begin('broken', quickCanary)
    await stand.house.pool.query(`update rollouts set strategy = '{"kind":"gone"}' where deployment_id = $1`, [broken.deploymentId])
    const canary = await begin('beside-it', quickCanary)
    await canary.serve(well(1_800), { requests: 200, failing: 0.3 })
    await canary.look()
    expect((await canary.page()).rollout?.status).toBe('rolled-back')
    await stand.house.pool.query('delete from rollouts where deployment_id = $1', [broken.deploymentId])
  })
})

it('the loop of a worker goes on when the database was away', async () => {
  const canary = await begin('away', quickCanary)
  await canary.serve(well(1_800), { requests: 200, failing: 0.3 })
  const { pool } = stand.house
  await pool.query('alter table rollouts rename to rollouts_away')
  const stop = new AbortController()
  const watching = watchRollouts(stand.house, stop.signal)
  await sleep(200)
  await pool.query('alter table rollouts_away rename to rollouts')
  await pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')
  await vi.waitFor(async () => expect((await canary.page()).rollout?.status).toBe('rolled-back'), { timeout: 15_000, interval: 200 })
  stop.abort()
  await watching
}, 30_000)

it('waits while nobody asks anything, and asks when the longest time is over', async () => {
  const silent = await begin('silent', quickCanary)
  await silent.look()
  expect((await silent.page()).rollout).toMatchObject({ status: 'running', challengerAnswers: 0 })
  silent.pass(181)
  await silent.look()
  expect((await silent.page()).rollout).toMatchObject({ status: 'asking' })
})

describe('people at the same moment', () => {
  it('a double click begins one rollout, and the second hears who was first', async () => {
    const deployment = 'clicked'
    await deployVersion(stand.house.db, { actor: ada, deployment, versionId: stand.v(1) })
    const order = { kind: 'deploy' as const, deployment, versionId: stand.v(2), strategy: quickCanary, expected: 1 }
    const both = await Promise.allSettled([
      changeRelease(stand.house.db, order, { actor: ada }),
      changeRelease(stand.house.db, order, { actor: ada }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = both.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []))
    expect(refused[0]).toMatch(/Ada made release 2 \(canary\)/)
  })

  it('a promotion and the loop do not both act', async () => {
    const canary = await begin('raced', quickCanary)
    await canary.serve(well(1_800), { requests: 200, failing: 0.3 })
    await Promise.allSettled([canary.look(), canary.give({ kind: 'promote', deployment: 'raced', expected: 2 }), canary.look()])
    const page = await canary.page()
    expect(page.release.number).toBe(3)
    expect(page.rollout?.endedAt).toBeInstanceOf(Date)
    expect([page.release.kind, page.rollout?.status]).toEqual(
      page.release.kind === 'promote' ? ['promote', 'promoted'] : ['rollback', 'rolled-back'],
    )
  })

  it('a new rollout ends the one under way', async () => {
    const canary = await begin('replaced', quickCanary)
    await canary.give({ kind: 'deploy', deployment: 'replaced', versionId: stand.v(3), strategy: quickCanary })
    const page = await canary.page()
    expect(page.rollout).toMatchObject({ challenger: 3, status: 'running' })
    expect((await canary.releases()).at(-1)).toBe('3 canary v1 90 v3 10')
    expect(await canary.count("rollouts where deployment_id = $1 and status = 'ended'")).toBe(1)
  })

  it('a canary may begin at the share that a split by hand has', async () => {
    await deployVersion(stand.house.db, { actor: ada, deployment: 'taken-over', versionId: stand.v(1) })
    const order = { kind: 'deploy' as const, deployment: 'taken-over', versionId: stand.v(2) }
    await changeRelease(stand.house.db, { ...order, share: 10 }, { actor: ada })
    const begun = await changeRelease(stand.house.db, { ...order, strategy: quickCanary }, { actor: ada })
    expect(begun).toMatchObject({ release: 3, changed: true })
    const { rows } = await stand.house.pool.query('select first_release, release_before from rollouts where deployment_id = $1', [
      begun.deploymentId,
    ])
    expect(rows).toEqual([{ first_release: 3, release_before: 2 }])
  })
})
