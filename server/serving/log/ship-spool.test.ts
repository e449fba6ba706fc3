import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listAlerts } from '#db/queries/alerts'
import { listOutcomes, sumOutcomes } from '#db/queries/outcomes'
import { listPredictions } from '#db/queries/predictions'
import { countReviewItems, listReviewItems } from '#db/queries/review-items'
import { listRecentRollups } from '#db/queries/rollups'
import type { House } from '#server/house'
import { deployTiny, type Watched } from '#server/monitor/testing'
import { testHouse } from '#server/testing/test-house'
import type { AnswersSeen } from './keep-inputs'
import { damagedFolder, openShipper, type Shipper } from './ship-spool'
import { openSpool, type Spool } from './spool'
import { watchSpool } from './spool-alert'
import { keep, noon, row, seen, silent, until } from './testing'

let house: House
let watched: Watched
let root: string
let spool: Spool
let shipper: Shipper
const ids = () => ({ deploymentId: watched.deploymentId, versionId: watched.versions[0]?.id ?? '' })
const request = (change: Partial<AnswersSeen> = {}) => seen({ ...ids(), ...change })

let n = 0
beforeAll(async () => {
  house = await testHouse()
})
beforeEach(async () => {
  n += 1
  watched = await deployTiny(house, `shipped-${n}`)
  root = path.join(house.env.spoolDir, String(n))
  spool = openSpool(root, { log: silent })
  shipper = openShipper({ db: house.db, pool: house.pool, ownDir: spool.dir, log: silent })
})
afterAll(() => house?.close())

async function ship() {
  spool.rotate()
  return shipper.ship()
}
const predictions = (includesShadow = false) =>
  listPredictions(house.db, { deploymentId: watched.deploymentId, limit: 10_000, includesTest: true, includesShadow })
const rollups = (shadow = false) =>
  listRecentRollups(house.db, { deploymentId: watched.deploymentId, since: new Date(noon - 60_000), shadow })
const doneFiles = () => readdirSync(spool.dir).filter((name) => name.endsWith('.jsonl'))

describe('what is shipped', () => {
  it('predictions with all that is known of them, figures by release, shadows apart', async () => {
    const [champion, challenger] = watched.versions
    const text = 'tab\there, line\nbreak, \\N and "quotes" ä€😀'
    await spool.append(request({ rows: [row({ input: { body: text, hour: null } })] }))
    await spool.append(
      request({
        release: 2,
        failedOver: true,
        rows: [row({ fallback: 'timeout', by: challenger?.id ?? '' }), row({ fallback: 'error', by: null })],
      }),
    )
    await spool.append(request({ shadow: true, rows: [row({ differs: true })] }))
    await spool.append(request({ edge: true, latencyMs: 0, rows: [row()] }))
    await spool.append(request({ status: 422, rows: [] }))
    expect(await ship()).toEqual({ files: 1, damagedLines: 0 })
    const logged = await predictions(true)
    expect(logged).toHaveLength(5)
    expect(logged.map(({ input }) => input)).toContainEqual({ body: text, hour: null })
    expect(logged.map(({ fallback, answeredBy }) => [fallback, answeredBy])).toEqual(
      expect.arrayContaining([
        ['timeout', 2],
        ['error', null],
        [null, null],
      ]),
    )
    expect(logged.map(({ source }) => source).sort()).toEqual(['edge', 'gateway', 'gateway', 'gateway', 'gateway'])
    expect(await predictions()).toHaveLength(4)
    const normal = (await rollups()).sort((a, b) => a.release - b.release)
    expect(normal.map(({ release, versionId }) => [release, versionId])).toEqual([
      [1, champion?.id],
      [2, champion?.id],
    ])
    // The edge's row is no request, and the refused one has no row.
    expect(normal[0]?.figures).toMatchObject({ requests: 2, rows: 2, edge: 1, clientErrors: 1, fallbacks: 0 })
    expect(normal[1]?.figures).toMatchObject({ requests: 1, rows: 2, fallbacks: 2, failovers: 1, classes: {} })
    expect((await rollups(true)).map(({ figures }) => [figures.rows, figures.compared, figures.disagreed])).toEqual([[1, 1, 1]])
  })

  it.each(['whole', 'sampled', 'hashed', 'none'] as const)('%s: drift is counted alike, whatever is kept of inputs', async (inputs) => {
    const rows = Array.from({ length: 200 }, (_, i) =>
      row({ input: { body: i % 4 === 0 ? '' : 'one two three', hour: i % 24 }, review: i % 10 === 0 }),
    )
    await spool.append(request({ keep: keep(inputs, 30), rows }))
    await ship()
    const [one] = await rollups()
    expect(one?.figures.columns).toEqual({
      body: { counts: [0, 150], missing: 50 },
      hour: { counts: [104, 96], missing: 0 },
    })
    const logged = await predictions()
    const kept = logged.filter(({ input }) => input !== null).length
    const hashes = new Set(logged.map(({ inputHash }) => inputHash))
    if (inputs === 'whole') expect(kept).toBe(200)
    if (inputs === 'sampled') expect(kept > 20 && kept < 120).toBe(true)
    if (inputs === 'hashed' || inputs === 'none') expect(kept).toBe(0)
    expect(hashes.size).toBe(inputs === 'hashed' ? 24 : 1)
    const items = await listReviewItems(house.db, { deployment: watched.name, limit: 100 })
    expect(items.length).toBe(one?.figures.reviews)
    if (inputs === 'whole')
      expect(await countReviewItems(house.db, { deployment: watched.name })).toEqual([{ deployment: watched.name, open: 20 }])
  })
})

describe('what is shipped twice counts once', () => {
  async function once_() {
    expect(await predictions()).toHaveLength(60)
    expect((await rollups()).reduce((sum, { figures }) => sum + figures.rows, 0)).toBe(60)
    expect((await rollups()).reduce((sum, { figures }) => sum + figures.requests, 0)).toBe(31)
    expect((await listReviewItems(house.db, { deployment: watched.name, limit: 100 })).length).toBe(30)
  }
  async function fill() {
    for (let i = 0; i < 30; i++) await spool.append(request({ rows: [row({ review: true }), row()] }))
    await spool.append(request({ status: 422, rows: [] }))
    spool.rotate()
    const [name = ''] = doneFiles()
    return path.join(spool.dir, name)
  }

  it('after a crash between commit and removal', async () => {
    const file = await fill()
    const bytes = readFileSync(file)
    await shipper.ship()
    writeFileSync(file, bytes)
    await shipper.ship()
    await once_()
    expect(existsSync(file)).toBe(false)
  })

  it('under another name, and as a copy', async () => {
    const file = await fill()
    copyFileSync(file, path.join(spool.dir, '000000000777.jsonl'))
    await shipper.ship()
    await once_()
  })

  it('by two gateways at once, a hundred times', async () => {
    const file = await fill()
    const bytes = readFileSync(file)
    const second = openShipper({ db: house.db, pool: house.pool, ownDir: spool.dir, log: silent })
    for (let i = 0; i < 100; i++) {
      writeFileSync(file, bytes)
      await Promise.all([shipper.ship(), second.ship()])
    }
    await once_()
  })

  it('the same rows in another batch', async () => {
    const rows = [row(), row(), row()]
    await spool.append(request({ rows }))
    await ship()
    await spool.append(request({ rows: [...rows, row()] }))
    await spool.append(request({ rows }))
    await ship()
    expect(await predictions()).toHaveLength(4)
    expect((await rollups()).map(({ figures }) => [figures.rows, figures.requests])).toEqual([[4, 2]])
  })

  it('reports from the edge that are sent again', async () => {
    const rows = [row(), row()]
    for (let i = 0; i < 3; i++) await spool.append(request({ edge: true, rows }))
    await ship()
    await spool.append(request({ edge: true, rows }))
    await ship()
    expect(await predictions()).toHaveLength(2)
    expect((await rollups()).map(({ figures }) => [figures.rows, figures.edge])).toEqual([[2, 2]])
  })

  it('in part, while its gateway was taken for dead and wrote on', async () => {
    await spool.append(request())
    await spool.append(request())
    // Like a gateway of another host that was silent for a minute: another one ships and clears its folder.
    const other = openSpool(root, { log: silent })
    writeFileSync(path.join(spool.dir, 'owner.json'), JSON.stringify({ host: 'elsewhere', identity: null }))
    utimesSync(path.join(spool.dir, 'owner.json'), 1, 1)
    const others = openShipper({ db: house.db, pool: house.pool, ownDir: other.dir, log: silent })
    await others.ship()
    expect(existsSync(spool.dir)).toBe(false)
    expect(await predictions()).toHaveLength(2)
    await spool.append(request())
    await ship()
    expect(await predictions()).toHaveLength(3)
    expect((await rollups()).map(({ figures }) => figures.requests)).toEqual([3])
    other.close()
  })
})

describe('what is damaged', () => {
  it('is set aside and counted; the lines around it are shipped', async () => {
    for (let i = 0; i < 5; i++) await spool.append(request())
    spool.rotate()
    const file = path.join(spool.dir, doneFiles()[0] ?? '')
    const lines = readFileSync(file, 'utf8').split('\n')
    lines[2] = lines[2]?.replace('spam', 'spAm') ?? ''
    writeFileSync(file, `${lines.join('\n')}1234abcd {"deploymentId":"cut`)
    expect(await shipper.ship()).toEqual({ files: 1, damagedLines: 2 })
    expect(await predictions()).toHaveLength(4)
    const [aside = ''] = readdirSync(path.join(root, damagedFolder))
    expect(readFileSync(path.join(root, damagedFolder, aside), 'utf8').split('\n')).toHaveLength(3)
  })

  it('a file that is nothing but rot is set aside and gone', async () => {
    mkdirSync(spool.dir, { recursive: true })
    writeFileSync(path.join(spool.dir, '000000000009.jsonl'), Buffer.from([0, 255, 254, 10, 123, 10, 200]))
    expect(await shipper.ship()).toMatchObject({ files: 1, damagedLines: 3 })
    expect(doneFiles()).toEqual([])
  })

  it('data that the database refuses does not block what is behind it', async () => {
    await spool.append(request({ deploymentId: 'no uuid' }))
    spool.rotate()
    await spool.append(request())
    await ship()
    expect(await predictions()).toHaveLength(1)
    expect(readdirSync(spool.dir).filter((name) => name.endsWith('.refused'))).toHaveLength(1)
  })
})

describe('outcomes', () => {
  const report = (id: string, label: string, at: number, receivedAt = at) =>
    spool.append({
      kind: 'outcomes',
      deploymentId: watched.deploymentId,
      at: receivedAt,
      outcomes: [{ id, name: 'truth', label, value: null, at }],
    })
  const sums = () =>
    sumOutcomes(house.db, { deploymentId: watched.deploymentId, fromMs: noon - 60_000, toMs: noon + 60_000, includesTest: true })

  it('may come before their prediction, late, twice and out of order: the newest stays', async () => {
    const one = row()
    await report(one.id, 'ham', noon + 1_000)
    await ship()
    expect(await sums()).toEqual([])
    expect(await listOutcomes(house.db, { deploymentId: watched.deploymentId, limit: 10 })).toMatchObject([
      { label: 'ham', predicted: null },
    ])
    await spool.append(request({ rows: [one] }))
    await ship()
    expect(await sums()).toMatchObject([{ name: 'truth', n: 1, correct: 0, release: 1, isFallback: false }])
    // In one batch, newest first, and each of them twice.
    for (const [label, at] of [
      ['spam', noon + 9_000],
      ['ham', noon + 5_000],
      ['spam', noon + 9_000],
      ['ham', noon + 5_000],
    ] as const)
      await report(one.id, label, at)
    await ship()
    expect(await sums()).toMatchObject([{ n: 1, correct: 1 }])
    await report(one.id, 'ham', noon + 8_000)
    await ship()
    expect(await sums()).toMatchObject([{ n: 1, correct: 1 }])
    // Corrected under the same moment: what was received last.
    await report(one.id, 'ham', noon + 9_000, noon + 20_000)
    await ship()
    expect(await sums()).toMatchObject([{ n: 1, correct: 0 }])
  })

  it('business figures are sums beside the truth; shadows and other deployments stay out', async () => {
    const [mine, shadow] = [row(), row()]
    await spool.append(request({ rows: [mine] }))
    await spool.append(request({ shadow: true, rows: [shadow] }))
    for (const { id } of [mine, shadow]) {
      await report(id, 'spam', noon)
      const outcomes = [{ id, name: 'revenue', label: null, value: 12.5, at: noon }]
      await spool.append({ kind: 'outcomes', deploymentId: watched.deploymentId, at: noon, outcomes })
    }
    const outcomes = [{ id: mine.id, name: 'revenue', label: null, value: 99, at: noon + 60_000 }]
    await spool.append({ kind: 'outcomes', deploymentId: crypto.randomUUID(), at: noon, outcomes })
    await ship()
    const found = (await sums()).sort((a, b) => (a.name < b.name ? -1 : 1))
    expect(found).toMatchObject([
      { name: 'revenue', n: 1, sum: 12.5, squares: 156.25 },
      { name: 'truth', n: 1, correct: 1 },
    ])
  })
})

it('a full spool raises one alert a deployment, says it even after the database was away, and closes it when there is room', async () => {
  let isFull = true
  const lost = new Map([[watched.deploymentId, 5]])
  const state = () => ({ bytes: 0, heldBytes: 0, lostRows: 5, isFull })
  const watches = [watchSpool(house.db, { state, lost: () => lost }), watchSpool(house.db, { state, lost: () => lost })]
  const alerts = () => listAlerts(house.db, { deployment: watched.name, limit: 10 })
  for (let i = 0; i < 3; i++) await Promise.all(watches.map((watch) => watch.look(noon)))
  expect(await alerts()).toMatchObject([{ name: 'Stageline', figure: null, alert: { kind: 'spool-full', closedAt: null, value: 5 } }])
  isFull = false
  await Promise.all(watches.map((watch) => watch.look(noon + 1_000)))
  expect(await alerts()).toMatchObject([{ alert: { closedAt: new Date(noon + 1_000) } }])
  // Lost and over before anybody could be told.
  lost.set(watched.deploymentId, 9)
  await watches[0]?.look(noon + 2_000)
  expect((await alerts()).map(({ alert }) => alert.closedAt !== null)).toEqual([true, true])
})

describe('a killed writer', () => {
  const children: ChildProcess[] = []
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL')
  })

  it.each([1, 2, 3])(
    'leaves whole lines of all that it said was written (kill %i)',
    async () => {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', fileURLToPath(new URL('./testing-writer.ts', import.meta.url)), root, JSON.stringify(ids())],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      children.push(child)
      let said = ''
      child.stdout?.on('data', (chunk) => {
        said += chunk
      })
      await until(() => said.split('\n').length > 400, 'some lines are written')
      await sleep(Math.random() * 50)
      child.kill('SIGKILL')
      await once(child, 'exit')
      const promised = said.split('\n').slice(0, -1)
      const second = openShipper({ db: house.db, pool: house.pool, ownDir: spool.dir, log: silent })
      await Promise.all([shipper.ship(), second.ship()])
      const logged = new Set((await predictions()).map(({ id }) => id))
      expect(promised.filter((id) => !logged.has(id))).toEqual([])
      expect((await rollups()).reduce((sum, { figures }) => sum + figures.rows, 0)).toBe(logged.size)
      expect(readdirSync(root).sort()).toEqual(
        [path.basename(spool.dir), ...(existsSync(path.join(root, damagedFolder)) ? [damagedFolder] : [])].sort(),
      )
    },
    60_000,
  )
})
