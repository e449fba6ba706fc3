import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { House } from '#server/house'
import { secretKey } from '#server/secret-key'
import { slowModel } from '#server/testing/slow-model'
import { testHouse } from '#server/testing/test-house'
import { tinyModel } from '#server/testing/tiny-model'
import { internalKey } from './keys/key-ring'
import { modelAlertKind } from './model-alerts'
import { type Gateway, runGateway } from './run-gateway'
import { putRelease, type ReleaseWish, registerFile } from './testing-release'

let house: House
let gateway: Gateway

beforeAll(async () => {
  house = await testHouse()
  gateway = await runGateway(house, { requestTimeoutMs: 1_500 })
})
afterAll(async () => {
  await gateway?.close()
  await house?.close()
})

const quick = { body: 'Lunch?', hour: 1 }
/** Two billion multiplications and more: the slow model is not through with them in any test's time. */
const endless = { body: 'Lunch?', hour: 200_000 }

async function call(deployment: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}/v1/${deployment}/predict`, {
    method: 'POST',
    headers: { authorization: `Bearer ${internalKey(secretKey(house.env))}`, ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, json: await response.json() }
}

async function until<T>(what: () => Promise<T>, holds: (value: T) => boolean, ms = 20_000): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const value = await what()
    if (holds(value)) return value
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)} after ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Releases, and waits until it is in force. */
async function release(wish: ReleaseWish): Promise<string> {
  const deploymentId = await putRelease(house, wish)
  await until(
    () => call(wish.deployment, quick, { 'x-stageline-test': '1' }),
    ({ status }) => status === 200,
  )
  return deploymentId
}

async function logged(deploymentId: string, where = 'true') {
  const { rows } = await house.pool.query(`select * from predictions where deployment_id = $1 and not test and ${where} order by at`, [
    deploymentId,
  ])
  return rows
}

async function alerts(deploymentId: string) {
  const { rows } = await house.pool.query('select * from alerts where deployment_id = $1 order by opened_at', [deploymentId])
  return rows
}

const route = (versionId: string) => [{ versionId, weight: 100 }]

describe('a version that fails', () => {
  it('one that hangs is timed out and replaced, the fallback answers, an alert is raised, and others are not hurt', async () => {
    const slow = await registerFile(house, slowModel())
    const tiny = await registerFile(house)
    await release({ deployment: 'healthy', routes: route(tiny.id) })
    const deploymentId = await release({
      deployment: 'hanging',
      routes: route(slow.id),
      settings: { timeoutMs: 300, fallback: { steps: [{ kind: 'version', versionId: tiny.id }] } },
    })
    expect((await call('hanging', quick)).json).toMatchObject({ fallback: null })
    const hung = await call('hanging', { ...endless, body: 'spam' })
    expect(hung).toMatchObject({ status: 200, json: { label: 'spam', fallback: 'timeout', version: 'v1', asked: 'v1' } })
    expect((await call('healthy', quick)).status).toBe(200)
    // The thread is given up after a second, and another host answers the same version again.
    await until(
      () => call('hanging', quick),
      ({ json }) => json.fallback === null,
    )
    const [alert] = await until(
      () => alerts(deploymentId),
      (rows) => rows.length > 0,
    )
    expect(alert).toMatchObject({ rule_id: null, kind: modelAlertKind(slow.id), closed_at: null })
    expect(alert.sentence).toMatch(/^v1 of tiny-\w+ failed once: it did not answer within \d+ ms\.$/)
    const rows = await until(
      () => logged(deploymentId, "fallback = 'timeout'"),
      (found) => found.length > 0,
    )
    expect(rows[0]).toMatchObject({ version_id: slow.id, answered_by: tiny.id, label: 'spam' })
  })

  it('one whose process is killed in the middle of a run is replaced; without a fallback the caller is told to come again', async () => {
    const imported = await registerFile(house, slowModel(), { isImported: true })
    await release({ deployment: 'crashing', routes: route(imported.id) })
    const hosts = hostProcesses()
    const failing = call('crashing', endless)
    await new Promise((resolve) => setTimeout(resolve, 200))
    for (const pid of hosts) process.kill(pid, 'SIGKILL')
    const failed = await failing
    expect(failed.status).toBe(503)
    expect(failed.headers.get('retry-after')).toBe('1')
    expect(failed.json.error.message).toMatch(/^v1 of tiny-\w+ failed while it answered: its process ended \(SIGKILL\)\. Try again/)
    await until(
      () => call('crashing', quick),
      ({ status }) => status === 200,
    )
  })

  it('one that keeps failing is left alone for a while: its callers are refused at once, with an alert', async () => {
    const imported = await registerFile(house, tinyModel({ bias: 5 }), { isImported: true })
    const deploymentId = await release({ deployment: 'broken', routes: route(imported.id), settings: { timeoutMs: 2_000 } })
    // Its file is gone, too: no other host can start.
    await rm(await house.artifacts.path(imported.artifact))
    for (const pid of hostProcesses()) process.kill(pid, 'SIGKILL')
    await until(
      () => call('broken', quick),
      ({ status, json }) => status === 503 && /in a row/.test(json.error.message),
    )
    const refused = await call('broken', quick)
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1)
    expect(refused.json.error.message).toMatch(/failed \d+ times in a row: .*The next try is in \d+ s\.$/)
    await until(
      () => alerts(deploymentId),
      (rows) => rows.some(({ closed_at: closedAt, sentence }) => closedAt === null && /failed/.test(sentence)),
    )
    // A release without it closes the alert.
    const good = await registerFile(house)
    await putRelease(house, { deployment: 'broken', routes: route(good.id) })
    await until(
      () => alerts(deploymentId),
      (rows) => rows.every(({ closed_at: closedAt }) => closedAt !== null),
    )
    expect((await call('broken', quick)).status).toBe(200)
  })

  it('one that cannot be loaded does not keep a new deployment from answering by its fallback', async () => {
    const bytes = tinyModel()
    // The metadata at the end stays, the graph does not make sense.
    const broken = await registerFile(
      house,
      bytes.map((byte, i) => (i > 60 && i < 90 ? 255 - byte : byte)),
    )
    const tiny = await registerFile(house)
    await release({
      deployment: 'unloadable',
      routes: route(broken.id),
      settings: { fallback: { steps: [{ kind: 'version', versionId: tiny.id }] } },
    })
    expect((await call('unloadable', quick)).json).toMatchObject({ fallback: 'error' })
    const health = await (await fetch(`${gateway.url}/health`)).json()
    expect(health.problems).toBeGreaterThan(0)
  })
})

describe('what a release asks for', () => {
  it('unsure answers go to the stated one, and become items to review', async () => {
    const tiny = await registerFile(house)
    const steps = [{ kind: 'answer', label: 'ask a person' }]
    const settings = { fallback: { steps, belowConfidence: 0.8 }, reviewShare: 100 }
    const deploymentId = await release({ deployment: 'careful', routes: route(tiny.id), settings, lowConfidence: 0.8 })
    const { json } = await call('careful', [
      { body: 'spam', hour: 3 },
      { body: 'Lunch?', hour: 20 },
    ])
    expect(json.predictions).toMatchObject([
      { label: 'spam', version: 'v1', fallback: null },
      { label: 'ask a person', confidence: null, probabilities: null, version: null, fallback: 'low-confidence', asked: 'v1' },
    ])
    const rows = await until(
      () => logged(deploymentId),
      (found) => found.length === 2,
    )
    expect(rows.map(({ label, confidence, fallback, answered_by: by }) => ({ label, isSure: confidence !== null, fallback, by }))).toEqual(
      expect.arrayContaining([
        { label: 'spam', isSure: true, fallback: null, by: null },
        { label: 'ask a person', isSure: false, fallback: 'low-confidence', by: null },
      ]),
    )
    const reviews = await until(
      async () => (await house.pool.query('select * from review_items where deployment_id = $1', [deploymentId])).rows,
      (found) => found.length === 1,
    )
    expect(reviews[0].prediction_id).toBe(json.predictions[1].id)
  })

  it('a shadow sees copies: its answers are compared and logged, and nobody waits for them', async () => {
    const [champion, shadow] = [await registerFile(house), await registerFile(house, tinyModel({ bias: 9 }))]
    const settings = { shadow: { versionId: shadow.id, share: 100 } }
    const deploymentId = await release({ deployment: 'shadowed', routes: route(champion.id), settings })
    const { json } = await call('shadowed', [
      { body: 'spam', hour: 3 },
      { body: 'Lunch?', hour: 3 },
    ])
    expect(json.predictions.map(({ label }: { label: string }) => label)).toEqual(['spam', 'ham'])
    const copies = await until(
      () => logged(deploymentId, 'shadow'),
      (found) => found.length === 2,
    )
    expect(copies.map(({ label, version_id: versionId }) => [label, versionId])).toEqual([
      ['spam', shadow.id],
      ['spam', shadow.id],
    ])
    const { rows: rollups } = await house.pool.query('select figures from rollups where deployment_id = $1 and shadow and not test', [
      deploymentId,
    ])
    expect(rollups.reduce((sum, { figures }) => sum + figures.disagreed, 0)).toBe(1)
    expect(await logged(deploymentId, 'not shadow')).toHaveLength(2)
  })

  it('equal inputs are answered alike from memory, each with an id and a log row of its own', async () => {
    const tiny = await registerFile(house)
    const deploymentId = await release({ deployment: 'cached', routes: route(tiny.id), settings: { cache: { on: true, entries: 100 } } })
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => call('cached', { body: 'Lunch?', hour: i % 3 })))
    const again = await call('cached', [
      { body: 'Lunch?', hour: 1 },
      { body: 'new', hour: 1 },
      { body: 'Lunch?', hour: 1 },
    ])
    const alike = answers.filter((_, i) => i % 3 === 1).map(({ json }) => json)
    for (const one of [...alike, again.json.predictions[0], again.json.predictions[2]]) {
      expect(one).toMatchObject({ label: alike[0].label, confidence: alike[0].confidence, probabilities: alike[0].probabilities })
    }
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(30)
    const rows = await until(
      () => logged(deploymentId),
      (found) => found.length === 33,
    )
    expect(rows.filter(({ input }) => input.hour === 1 && input.body === 'Lunch?')).toHaveLength(12)
  })

  it('a caller may name the version and how long it waits', async () => {
    const [one, two, slow] = [
      await registerFile(house),
      await registerFile(house, tinyModel({ bias: 9 })),
      await registerFile(house, slowModel()),
    ]
    await house.pool.query('update model_versions set number = 2 where id = $1', [two.id])
    await release({ deployment: 'pinned', routes: route(one.id), settings: { standby: [two.id] } })
    expect((await call('pinned', quick, { 'x-stageline-version': 'v2' })).json).toMatchObject({ version: 'v2', label: 'spam' })
    expect((await call('pinned', quick, { 'x-stageline-version': '7' })).json.error.message).toMatch(
      /does not serve version 7\. .* has v1, v2\.$/,
    )
    expect((await call('pinned', quick, { 'x-stageline-version': 'newest' })).status).toBe(400)
    expect((await call('pinned', quick, { 'x-stageline-timeout-ms': '-1' })).status).toBe(400)
    await release({ deployment: 'patient', routes: route(slow.id) })
    const late = await call('patient', endless, { 'x-stageline-timeout-ms': '150' })
    expect(late.status).toBe(504)
    expect(late.json.error.message).toMatch(/^v1 of tiny-\w+ did not answer within 1\d\d ms\.$/)
  })
})

it('a bandit begins by weight and goes where outcomes say', async () => {
  const [worse, better] = [await registerFile(house), await registerFile(house, tinyModel({ bias: 9 }))]
  await house.pool.query('update model_versions set number = 2 where id = $1', [better.id])
  const routes = [
    { versionId: worse.id, weight: 50 },
    { versionId: better.id, weight: 50 },
  ]
  await release({ deployment: 'bandit', routes, settings: { assignment: { kind: 'bandit', method: 'epsilon-greedy', epsilon: 0 } } })
  const ask = () => Promise.all(Array.from({ length: 40 }, () => call('bandit', quick)))
  const first = (await ask()).map(({ json }) => json)
  expect(new Set(first.map(({ version }) => version))).toEqual(new Set(['v1', 'v2']))
  // v1 says ham, v2 spam, and spam it was.
  await fetch(`${gateway.url}/v1/bandit/outcomes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${internalKey(secretKey(house.env))}` },
    body: JSON.stringify(first.map(({ id }) => ({ id, truth: 'spam' }))),
  })
  await until(ask, (answers) => answers.every(({ json }) => json.version === 'v2'))
})

it('a body that trickles in is ended with 408, and others are answered meanwhile', async () => {
  const tiny = await registerFile(house)
  await release({ deployment: 'slowly', routes: route(tiny.id) })
  const { port, hostname } = new URL(gateway.url)
  const socket = net.connect(Number(port), hostname)
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk
  })
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.on('close', resolve))
  const key = internalKey(secretKey(house.env))
  socket.write(`POST /v1/slowly/predict HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-length: 1000\r\n\r\n{`)
  const trickle = setInterval(() => socket.write(' '), 200)
  expect((await call('slowly', quick)).status).toBe(200)
  await closed
  clearInterval(trickle)
  expect(said).toMatch(/^HTTP\/1\.1 408 /)
})

/** Processes of this one that hold models. */
function hostProcesses(): number[] {
  const lines = execFileSync('ps', ['-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
  return lines.flatMap((line) => {
    const [, pid, parent, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return Number(parent) === process.pid && args.includes('host-entry.mjs') ? [Number(pid)] : []
  })
}
