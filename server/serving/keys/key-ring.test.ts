import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '#core/errors/app-error'
import { keyActions } from '#core/keys/key-actions'
import { listKeyHashes, revokeApiKey } from '#db/queries/api-keys'
import { internalKey, type KeyRing, newApiKey } from './key-ring'
import { rotateKey } from './manage-keys'
import { type KeyBench, noon, openKeyBench, predict, refusalOf } from './testing'

let bench: KeyBench
beforeAll(async () => {
  bench = await openKeyBench()
})
afterAll(() => bench.database.close())
beforeEach(() => {
  bench.clock.ms = noon
})

describe('who may do what', () => {
  it.each(keyActions)('a key without scopes may %s everywhere', async (action) => {
    const { bearer } = await bench.makeKey()
    await expect(bench.openRing().check(bearer, { deployment: 'any', action })).resolves.toMatchObject({
      deployments: null,
      priority: 'normal',
    })
  })

  it('a key for some deployments and actions opens no others, and says in a sentence what it opens', async () => {
    const { bearer } = await bench.makeKey({ deployments: ['triage', 'spam'], actions: ['predict', 'describe'], priority: 'low' })
    const ring = bench.openRing()
    expect(await ring.check(bearer, predict)).toMatchObject({ deployments: new Set(['triage', 'spam']), priority: 'low' })
    expect(await refusalOf(ring.check(bearer, { deployment: 'prices', action: 'predict' }))).toMatchObject({
      code: 'forbidden',
      message: 'This key may not call prices. It is for triage, spam.',
    })
    expect(await refusalOf(ring.check(bearer, { deployment: 'triage', action: 'batch' }))).toMatchObject({
      code: 'forbidden',
      message: 'This key may not order batch predictions. It may ask for predictions and read what a deployment reads and answers.',
    })
  })

  it('a key works until the moment it expires', async () => {
    const { bearer } = await bench.makeKey({ expiresAt: new Date(noon + 1_000) })
    const ring = bench.openRing()
    await ring.check(bearer, predict)
    bench.clock.ms += 999
    await ring.check(bearer, predict)
    bench.clock.ms += 1
    expect(await refusalOf(ring.check(bearer, predict))).toMatchObject({
      code: 'bad_key',
      message: 'The API key expired on 2026-03-04 12:00 UTC. An admin can make a new one under Settings, Keys.',
    })
  })

  it('after a rotation both keys work, then the old one says that it was replaced', async () => {
    const old = await bench.makeKey({
      deployments: ['triage'],
      actions: ['predict'],
      ratePerSecond: 5,
      burst: 9,
      rowsPerDay: 70,
      priority: 'high',
    })
    const made = await rotateKey(bench.database.db, {
      actor: bench.actor,
      rotation: { id: old.id, overlap: '1h' },
      now: new Date(bench.clock.ms),
    })
    const ring = bench.openRing()
    expect(await ring.check(`Bearer ${made.secret}`, predict)).toMatchObject({ deployments: new Set(['triage']), priority: 'high' })
    expect(await ring.check(old.bearer, predict)).toMatchObject({ keyId: old.id })
    const [row] = (await listKeyHashes(bench.database.db)).filter(({ id }) => id === made.id)
    expect(row).toMatchObject({ actions: ['predict'], ratePerSecond: 5, burst: 9, rowsPerDay: 70 })
    bench.clock.ms += 3_600_000
    await ring.check(`Bearer ${made.secret}`, predict)
    expect((await refusalOf(ring.check(old.bearer, predict))).message).toBe(
      'The API key was replaced and expired on 2026-03-04 13:00 UTC. Use the key that took its place.',
    )
  })

  it('an overlap of nothing ends the old key at once; a second click makes no third key', async () => {
    const old = await bench.makeKey()
    const rotate = () =>
      rotateKey(bench.database.db, { actor: bench.actor, rotation: { id: old.id, overlap: 'none' }, now: new Date(bench.clock.ms) })
    const clicks = await Promise.allSettled([rotate(), rotate(), rotate()])
    expect(clicks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const click of clicks)
      if (click.status === 'rejected') expect(click.reason.message).toMatch(/was already rotated\. Rotate the one that took its place\.$/)
    expect((await refusalOf(bench.openRing().check(old.bearer, predict))).message).toMatch(/^The API key was replaced/)
  })

  it('refuses what is nearly a key in the same words as what is nothing like one', async () => {
    const { secret } = await bench.makeKey()
    const ring = bench.openRing()
    await ring.refresh()
    const flip = (at: number) => secret.slice(0, at) + (secret[at] === 'A' ? 'B' : 'A') + secret.slice(at + 1)
    const guesses = [
      flip(secret.length - 2),
      flip(3),
      flip(20),
      secret.slice(0, -1),
      `${secret}A`,
      secret.slice(0, 9),
      newApiKey().secret,
      'x',
    ]
    const words = await Promise.all(guesses.map(async (guess) => (await refusalOf(ring.check(`Bearer ${guess}`, predict))).message))
    expect(new Set(words)).toEqual(new Set(['The API key is unknown or was revoked. Keys are made under Settings, Keys.']))
    // Nothing that a gateway holds could be compared with the beginning of a secret.
    const held = JSON.stringify(await listKeyHashes(bench.database.db))
    expect(held).not.toContain(secret.slice(0, 9))
  })

  it('lets the house itself through without limits, and counts nothing of it', async () => {
    const ring = bench.openRing()
    const caller = await ring.check(`Bearer ${internalKey('installation')}`, predict)
    expect(caller).toEqual({ keyId: null, deployments: null, priority: 'normal' })
    await ring.spend(caller, { deployment: 'triage', rows: 1e9 }, async () => undefined)
    ring.count(caller, { deployment: 'triage', status: 200 })
    await ring.flush()
    expect((await bench.database.pool.query('select 1 from key_usage where rows > 1e8')).rowCount).toBe(0)
  })

  it('a revoked key is unknown after the next look', async () => {
    const { id, bearer } = await bench.makeKey()
    const ring = bench.openRing()
    await ring.check(bearer, predict)
    await revokeApiKey(bench.database.db, id)
    await ring.refresh()
    expect((await refusalOf(ring.check(bearer, predict))).message).toMatch(/unknown or was revoked/)
  })
})

describe('how much', () => {
  it('a rate refuses with the seconds until the next request, and lets it through then', async () => {
    const { id, bearer } = await bench.makeKey({ ratePerSecond: 0.5, burst: 2 })
    const ring = bench.openRing()
    await ring.check(bearer, predict)
    await ring.check(bearer, predict)
    expect(await refusalOf(ring.check(bearer, predict))).toMatchObject({
      code: 'too_many',
      message: 'This key may make 0.5 requests a second on average and 2 at once. Try again in 2 s.',
      hint: { retryAfterSeconds: 2 },
    })
    bench.clock.ms += 1_500
    expect(await refusalOf(ring.check(bearer, predict))).toMatchObject({ hint: { retryAfterSeconds: 1 } })
    bench.clock.ms += 500
    await ring.check(bearer, predict)
    await ring.flush()
    // What `check` lets in is counted by the gateway when it is over.
    expect(await bench.usageOf(id)).toEqual([{ deployment: 'triage', requests: 2, rows: 0, limited: 2, failed: 0 }])
  })

  it('a lower limit holds at once for a key that is in use', async () => {
    const { id, bearer } = await bench.makeKey({ ratePerSecond: 100, burst: 100 })
    const ring = bench.openRing()
    await ring.check(bearer, predict)
    await bench.database.pool.query('update api_keys set rate_per_second = 1, burst = 1 where id = $1', [id])
    await ring.refresh()
    await ring.check(bearer, predict)
    expect((await refusalOf(ring.check(bearer, predict))).code).toBe('too_many')
  })

  it('a quota lets a request through whole or not at all, and begins again at midnight UTC', async () => {
    const { bearer } = await bench.makeKey({ rowsPerDay: 10 })
    const ring = bench.openRing()
    const caller = await ring.check(bearer, predict)
    const spend = (rows: number) => ring.spend(caller, { deployment: 'triage', rows }, async () => 'answered')
    expect(await spend(8)).toBe('answered')
    expect(await refusalOf(spend(3))).toMatchObject({
      code: 'too_many',
      message: 'This key may ask for 10 rows a day; 2 are left, and this request has 3. The day ends at 00:00 UTC, in 12 h.',
      hint: { retryAfterSeconds: 12 * 3600 },
    })
    await ring.refresh()
    await spend(2)
    expect((await refusalOf(spend(1))).message).toMatch(/; none is left, and this request has 1\./)
    expect(await refusalOf(spend(11))).toMatchObject({ code: 'too_large', message: expect.stringMatching(/^11 rows are more than the 10/) })
    bench.clock.ms = Date.UTC(2026, 2, 4, 23, 59, 59, 999)
    expect(await refusalOf(spend(1))).toMatchObject({ hint: { retryAfterSeconds: 1 } })
    bench.clock.ms += 1
    await spend(10)
    await ring.refresh()
    expect((await refusalOf(spend(1))).code).toBe('too_many')
  })

  it('requests at the same time do not share the last rows', async () => {
    const { id, bearer } = await bench.makeKey({ rowsPerDay: 10 })
    const ring = bench.openRing()
    const caller = await ring.check(bearer, predict)
    const asked = await Promise.allSettled(
      Array.from({ length: 25 }, () =>
        ring.spend(caller, { deployment: 'triage', rows: 1 }, () => new Promise((done) => setTimeout(done, 5))),
      ),
    )
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    await ring.flush()
    expect(await bench.usageOf(id)).toMatchObject([{ rows: 10 }])
  })

  it('gives back what was not answered, also across an exchange', async () => {
    const { id, bearer } = await bench.makeKey({ rowsPerDay: 10 })
    const ring = bench.openRing()
    const caller = await ring.check(bearer, predict)
    const fails = ring.spend(caller, { deployment: 'triage', rows: 10 }, async () => {
      await ring.refresh()
      throw new AppError('unavailable')
    })
    expect((await refusalOf(fails)).code).toBe('unavailable')
    await ring.spend(caller, { deployment: 'triage', rows: 10 }, async () => undefined)
    await ring.flush()
    expect(await bench.usageOf(id)).toMatchObject([{ rows: 10 }])
  })

  it('two gateways share a quota as of their last exchange, and a new one knows it from the start', async () => {
    const { bearer } = await bench.makeKey({ rowsPerDay: 10 })
    const [one, two] = [bench.openRing(), bench.openRing()]
    const callers = [await one.check(bearer, predict), await two.check(bearer, predict)] as const
    const spend = (ring: KeyRing, rows: number) => ring.spend(callers[0], { deployment: 'triage', rows }, async () => undefined)
    await spend(one, 6)
    await one.refresh()
    await two.refresh()
    expect((await refusalOf(spend(two, 5))).message).toMatch(/; 4 are left/)
    await spend(two, 4)
    // Not exchanged yet: this is the stated overshoot.
    await spend(one, 4)
    await Promise.all([one.refresh(), two.refresh()])
    await Promise.all([one.refresh(), two.refresh()])
    for (const ring of [one, two]) expect((await refusalOf(spend(ring, 1))).message).toMatch(/; none is left/)
    const late = bench.openRing()
    await late.refresh()
    expect((await refusalOf(spend(late, 1))).code).toBe('too_many')
  })
})
