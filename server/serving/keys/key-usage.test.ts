import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { openDatabase } from '#db/client'
import { cutAtCommit } from '#server/testing/database-relay'
import { type KeyBench, noon, openKeyBench, predict, refusalOf } from './testing'

let bench: KeyBench
beforeAll(async () => {
  bench = await openKeyBench()
})
afterAll(() => bench.database.close())
beforeEach(() => {
  bench.clock.ms = noon
})

describe('counts', () => {
  it('requests by how they ended, by deployment and hour; names that are no deployment are left out', async () => {
    const { id, bearer } = await bench.makeKey({ deployments: ['triage', 'nowhere'] })
    const ring = bench.openRing()
    const caller = await ring.check(bearer, predict)
    for (const status of [200, 204, 400, 429, 499, 503]) ring.count(caller, { deployment: 'triage', status })
    await refusalOf(ring.check(bearer, { deployment: 'other', action: 'predict' }))
    await refusalOf(
      ring.check(`Bearer ${(await bench.makeKey({ expiresAt: new Date(0) })).secret}`, { deployment: 'nowhere', action: 'predict' }),
    )
    await ring.flush()
    bench.clock.ms += 3_600_000
    ring.count(caller, { deployment: 'triage', status: 200 })
    await ring.flush()
    await ring.flush()
    expect(await bench.usageOf(id)).toEqual([
      { deployment: 'other', requests: 1, rows: 0, limited: 0, failed: 1 },
      { deployment: 'triage', requests: 7, rows: 0, limited: 1, failed: 3 },
    ])
    expect((await bench.database.pool.query("select 1 from key_usage where deployment = 'nowhere'")).rowCount).toBe(0)
  })

  it('of many gateways at once add up, and a key that is gone holds nobody up', async () => {
    const [kept, gone] = [await bench.makeKey(), await bench.makeKey()]
    const rings = Array.from({ length: 4 }, () => bench.openRing())
    await Promise.all(
      rings.map(async (ring, i) => {
        const callers = [await ring.check(kept.bearer, predict), await ring.check(gone.bearer, predict)]
        for (let round = 0; round < 20; round++) {
          for (const caller of i % 2 ? callers : [...callers].reverse()) ring.count(caller, { deployment: `d${round % 3}`, status: 200 })
          if (round === 10 && i === 0) await bench.database.pool.query('delete from api_keys where id = $1', [gone.id])
          await ring.refresh()
        }
      }),
    )
    expect((await bench.usageOf(kept.id)).map(({ requests }) => requests)).toEqual([28, 28, 24])
  })

  it('wait while the database is away, and arrive once when it is back', async () => {
    const { id, bearer } = await bench.makeKey({ rowsPerDay: 100 })
    const own = openDatabase(bench.database.url, { onError: () => undefined })
    const ring = bench.openRing(own.db)
    const caller = await ring.check(bearer, predict)
    await ring.refresh()
    const name = new URL(bench.database.url).pathname.slice(1)
    await admin(`alter database ${name} allow_connections false`)
    await admin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
    for (let i = 0; i < 5; i++) {
      await ring.check(bearer, predict)
      await ring.spend(caller, { deployment: 'triage', rows: 10 }, async () => undefined)
      ring.count(caller, { deployment: 'triage', status: 200 })
      await expect(ring.refresh()).rejects.toThrow()
    }
    // The quota goes on with what this gateway knows.
    expect((await refusalOf(ring.spend(caller, { deployment: 'triage', rows: 51 }, async () => undefined))).message).toMatch(
      /; 50 are left/,
    )
    await admin(`alter database ${name} allow_connections true`)
    await vi.waitFor(() => ring.flush(), 5_000)
    await ring.flush()
    expect(await bench.usageOf(id)).toEqual([{ deployment: 'triage', requests: 5, rows: 50, limited: 0, failed: 0 }])
    await own.close()
  })

  it.each([
    ['arrived', true],
    ['did not arrive', false],
  ])('are neither lost nor added twice when the connection breaks at a commit that %s', async (_what, arrives) => {
    const { id, bearer } = await bench.makeKey({ rowsPerDay: 100 })
    const cut = await cutAtCommit(bench.database.url, arrives)
    const own = openDatabase(cut.url, { onError: () => undefined })
    const ring = bench.openRing(own.db)
    const caller = await ring.check(bearer, predict)
    await ring.spend(caller, { deployment: 'triage', rows: 7 }, async () => undefined)
    ring.count(caller, { deployment: 'triage', status: 200 })
    cut.arm()
    await expect(ring.flush()).rejects.toThrow()
    expect((await bench.usageOf(id)).length).toBe(arrives ? 1 : 0)
    await ring.spend(caller, { deployment: 'triage', rows: 3 }, async () => undefined)
    await vi.waitFor(() => ring.flush(), 5_000)
    expect(await bench.usageOf(id)).toEqual([{ deployment: 'triage', requests: 1, rows: 10, limited: 0, failed: 0 }])
    expect((await refusalOf(ring.spend(caller, { deployment: 'triage', rows: 91 }, async () => undefined))).message).toMatch(
      /; 90 are left/,
    )
    await own.close()
    await cut.close()
  })
})

async function admin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('testPostgres').adminUrl })
  await client.connect()
  await client.query(statement)
  await client.end()
}
