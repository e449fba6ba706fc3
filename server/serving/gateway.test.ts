import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey, revokeApiKey } from '#db/queries/api-keys'
import { systemActor } from '#db/queries/audit'
import type { House } from '#server/house'
import { deployVersion, rollBack } from '#server/releases/change-release'
import { secretKey } from '#server/secret-key'
import { testHouse } from '#server/testing/test-house'
import { tinyModel } from '#server/testing/tiny-model'
import { registerTiny, type TinyVersion } from '#server/testing/tiny-registry'
import { internalKey, newApiKey } from './keys/key-ring'
import { type Gateway, runGateway } from './run-gateway'

let house: House
let gateway: Gateway
let versions: TinyVersion[]
let key: string
const record = { body: 'spam', hour: 3 }

beforeAll(async () => {
  house = await testHouse()
  versions = await registerTiny(house, { count: 3 })
  await deploy('triage', 0, 100)
  gateway = await runGateway(house)
  key = (await makeKey()).secret
})
afterAll(async () => {
  await gateway?.close()
  await house?.close()
})

async function deploy(deployment: string, index: number, share: number) {
  const versionId = versions[index]?.id ?? ''
  return deployVersion(house.db, { actor: systemActor, deployment, versionId, share, reason: 'test' })
}

async function makeKey(deployments: string[] | null = null) {
  const { secret, hash, prefix } = newApiKey()
  const row = await createApiKey(house.db, { name: 'caller', prefix, hash, deployments, createdBy: null })
  return { secret, id: row.id }
}

async function call(
  body: unknown,
  { path = '/v1/triage/predict', as = key, headers = {} }: { path?: string; as?: string; headers?: Record<string, string> } = {},
) {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { ...(as ? { authorization: `Bearer ${as}` } : {}), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, json: await response.json() }
}

async function until<T>(what: () => Promise<T>, holds: (value: T) => boolean, ms = 5_000): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const value = await what()
    if (holds(value)) return value
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)} after ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('answers', () => {
  it('one record', async () => {
    const { status, json } = await call(record)
    expect(status).toBe(200)
    expect(json).toMatchObject({ label: 'spam', version: 'v1', release: 1, deployment: 'triage' })
    expect(json.id).toMatch(/^p_[\w-]{16}$/)
    // softmax(2, 4 + 0.1 * 3)
    expect(json.confidence).toBeCloseTo(1 / (1 + Math.exp(2 - 4.3)), 5)
    expect(json.probabilities.ham + json.probabilities.spam).toBeCloseTo(1, 5)
  })
  it('many records in order, each with its own id', async () => {
    const { json } = await call([record, { body: 'Lunch?', hour: null }, { body: null, hour: 12 }])
    expect(json.predictions.map((p: { label: string }) => p.label)).toEqual(['spam', expect.any(String), 'ham'])
    expect(new Set(json.predictions.map((p: { id: string }) => p.id)).size).toBe(3)
    expect(json.release).toBe(1)
  })
  it('the same record alike, alone and among many at once', async () => {
    const alone = (await call({ body: 'Lunch?', hour: 7 })).json.confidence
    const crowd = await Promise.all(Array.from({ length: 200 }, (_, i) => call({ body: 'Lunch?', hour: i % 2 ? 7 : 20 })))
    for (const [i, { json }] of crowd.entries()) if (i % 2) expect(json.confidence).toBe(alone)
  })
  it('what the deployment reads', async () => {
    const response = await fetch(`${gateway.url}/v1/triage`, { headers: { authorization: `Bearer ${key}` } })
    expect(await response.json()).toMatchObject({
      deployment: 'triage',
      release: 1,
      routes: [{ version: 'v1', weight: 100 }],
      classes: ['ham', 'spam'],
    })
  })
  it('a body that curl -d calls form data', async () => {
    expect((await call(record, { headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status).toBe(200)
  })
  it('its health, without a key and without names', async () => {
    const health = await (await fetch(`${gateway.url}/health`)).json()
    expect(health).toEqual({
      status: 'ok',
      database: 'up',
      releases: 1,
      problems: 0,
      spool: { bytes: expect.any(Number), heldBytes: 0, lostRows: 0, isFull: false, damagedLines: 0 },
    })
  })
})

describe('refusals', () => {
  it.each([
    ['unknown field', { ...record, extra: 1 }, 422, 'extra'],
    ['missing field', { body: 'x' }, 422, 'hour'],
    ['wrong type', { ...record, hour: 'nine' }, 422, 'hour'],
    ['wrong type in the second of many', [record, { ...record, body: 7 }], 422, 'body'],
    ['not JSON', '{"body":', 400, undefined],
    ['an empty body', '', 400, undefined],
    ['a text', '"hello"', 400, undefined],
    ['no records', [], 422, undefined],
    ['1,001 records', Array.from({ length: 1001 }, () => record), 413, undefined],
    ['over 1 MB', { ...record, body: 'x'.repeat(1024 * 1024) }, 413, undefined],
  ])('%s', async (_name, body, status, field) => {
    const answer = await call(body)
    expect(answer.status).toBe(status)
    expect(answer.json.error.message).toMatch(/\.$/)
    expect(answer.json.error.field).toBe(field)
    expect(JSON.stringify(answer.json)).not.toMatch(/node_modules|at .*\.ts/)
  })
  it('1,000 records are answered', async () => {
    expect((await call(Array.from({ length: 1000 }, () => record))).json.predictions).toHaveLength(1000)
  })
  it.each([
    ['no key', '', 401],
    ['a key nobody made', newApiKey().secret, 401],
    ['something else', 'hello', 401],
  ])('%s', async (_name, as, status) => {
    const answer = await call(record, { as })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })
  it('an unknown deployment, and an unknown address', async () => {
    expect((await call(record, { path: '/v1/nowhere/predict' })).status).toBe(404)
    expect((await call(record, { path: '/v2/triage' })).status).toBe(404)
    expect((await call(record, { path: `/v1/${'x'.repeat(300)}/predict` })).status).toBe(404)
    expect((await call(record, { path: '/v1/%E0%A4%A/predict' })).status).toBe(400)
  })
  it('a key for other deployments', async () => {
    const scoped = await makeKey(['other'])
    const answer = await call(record, { as: scoped.secret })
    expect(answer.status).toBe(403)
    expect(answer.json.error.message).toContain('It is for other')
  })
  it('a key is good at once, and no longer once it is revoked', async () => {
    const fresh = await makeKey()
    expect((await call(record, { as: fresh.secret })).status).toBe(200)
    await revokeApiKey(house.db, fresh.id)
    await until(
      () => call(record, { as: fresh.secret }),
      ({ status }) => status === 401,
    )
    await expect(revokeApiKey(house.db, fresh.id)).rejects.toThrow(/already revoked/)
  })
  it('takes the key of the house itself', async () => {
    expect((await call(record, { as: internalKey(secretKey(house.env)) })).status).toBe(200)
  })
})

describe('the log', () => {
  it('holds what the model saw: prepares rows, and personal data is gone before it is written', async () => {
    const artifact = await house.artifacts.write(
      tinyModel({
        prepare: [
          {
            kind: 'clean-text',
            columns: ['body'],
            stripHtml: true,
            stripUrls: false,
            lowercase: true,
            collapseSpace: true,
            maxChars: null,
          },
          { kind: 'anonymise', columns: ['body'], pii: ['email'], mode: 'replace', secret: null },
        ],
      }),
    )
    const [version] = await registerTiny(house, { count: 1 })
    await house.pool.query('update model_versions set artifact = $1 where id = $2', [artifact, version?.id])
    await deployVersion(house.db, { actor: systemActor, deployment: 'private', versionId: version?.id ?? '', share: 100, reason: '' })
    const path = '/v1/private/predict'
    await until(
      () => call({ body: '<b>SPAM</b>', hour: 1 }, { path }),
      ({ json }) => json.label === 'spam',
    )
    await call({ body: 'Write to jane.doe@example.org', hour: 1 }, { path })
    const found = await until(
      async () => (await house.pool.query("select input->>'body' as body from predictions where input->>'body' like 'write to%'")).rows,
      (rows) => rows.length === 1,
      10_000,
    )
    expect(found[0].body).not.toContain('jane.doe')
  })

  it('holds every answered record once, what was refused as a figure, and test traffic apart', async () => {
    await deploy('logged', 0, 100)
    await until(
      () => call(record, { path: '/v1/logged/predict' }),
      ({ status }) => status === 200,
    )
    await call([record, { body: 'a\u0000b \ud800', hour: null }], { path: '/v1/logged/predict', headers: { 'x-stageline-test': '1' } })
    await call({ rows: [record], test: true }, { path: '/v1/logged/predict' })
    await call({ nothing: 1 }, { path: '/v1/logged/predict' })
    const rows = await until(
      async () =>
        (
          await house.pool.query(
            "select p.* from predictions p join deployments d on d.id = p.deployment_id where d.name = 'logged' order by at",
          )
        ).rows,
      (found) => found.length >= 4,
      10_000,
    )
    expect(rows.map((row) => row.test)).toEqual([false, true, true, true])
    expect(rows.map((row) => row.input)).toContainEqual({ body: 'a\ufffdb \ufffd', hour: null })
    const figures = await until(
      async () =>
        (
          await house.pool.query(
            "select r.test, r.figures from rollups r join deployments d on d.id = r.deployment_id where d.name = 'logged' order by r.test",
          )
        ).rows,
      (found) => found.length === 2 && found[0].figures.clientErrors > 0,
    )
    expect(figures[0].figures).toMatchObject({ rows: 1, requests: expect.any(Number), clientErrors: 1, classes: { spam: 1 } })
    expect(figures[1].figures).toMatchObject({ rows: 3, requests: 2, clientErrors: 0 })
    expect(figures[1].figures.columns.hour).toEqual({ counts: [2, 0], missing: 1 })
  })
})

describe('releases', () => {
  it('split by key, stick, and are rolled back within five seconds', async () => {
    await deploy('split', 0, 100)
    await deploy('split', 1, 30)
    const path = '/v1/split/predict'
    await until(
      () => call(record, { path }),
      ({ json }) => json.release === 2,
    )
    const versionsOf = async () =>
      Promise.all(
        Array.from(
          { length: 200 },
          async (_, i) => (await call(record, { path, headers: { 'x-stageline-key': `caller-${i}` } })).json.version as string,
        ),
      )
    const first = await versionsOf()
    const challenged = first.filter((version) => version === 'v2').length
    expect(challenged).toBeGreaterThan(35)
    expect(challenged).toBeLessThan(85)
    expect(await versionsOf()).toEqual(first)

    const startedAt = Date.now()
    await rollBack(house.db, { actor: systemActor, deployment: 'split', reason: 'test' })
    await until(
      () => call(record, { path }),
      ({ json }) => json.release === 3,
    )
    expect(Date.now() - startedAt).toBeLessThan(5_000)
    expect(new Set(await versionsOf())).toEqual(new Set(['v1']))
  })

  it('switch under load without a failed request', async () => {
    await deploy('busy', 0, 100)
    const path = '/v1/busy/predict'
    await until(
      () => call(record, { path }),
      ({ status }) => status === 200,
    )
    let isOver = false
    const seen = new Map<string, number>()
    const callers = Array.from({ length: 16 }, async () => {
      while (!isOver) {
        const { status, json } = await call(record, { path })
        const what = status === 200 ? json.version : `status ${status}`
        seen.set(what, (seen.get(what) ?? 0) + 1)
      }
    })
    for (const [i, index] of [1, 2, 0, 1].entries()) {
      await deploy('busy', index, 100)
      await until(
        () => call(record, { path }),
        ({ json }) => json.release === i + 2,
      )
    }
    await rollBack(house.db, { actor: systemActor, deployment: 'busy', reason: 'test' })
    await until(
      () => call(record, { path }),
      ({ json }) => json.release === 6,
    )
    isOver = true
    await Promise.all(callers)
    expect([...seen.keys()].sort()).toEqual(['v1', 'v2', 'v3'])
  })

  it('keep what serves when the new model file is missing', async () => {
    await deploy('careful', 0, 100)
    const path = '/v1/careful/predict'
    await until(
      () => call(record, { path }),
      ({ status }) => status === 200,
    )
    const broken = versions[2]?.id ?? ''
    await house.pool.query('update model_versions set artifact = $1 where id = $2', ['0'.repeat(64), broken])
    // Under another house key nothing of v3 is loaded yet: `busy` closed it when it was rolled back.
    await deploy('careful', 2, 100)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect((await call(record, { path })).json).toMatchObject({ version: 'v1', release: 1 })
    expect(await (await fetch(`${gateway.url}/health`)).json()).toMatchObject({ problems: 1 })
  })
})
