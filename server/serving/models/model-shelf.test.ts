import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { openArtifactStore } from '#server/artifacts/store'
import { openLog } from '#server/log'
import { tinyModel } from '#server/testing/tiny-model'
import { systemClock } from '../clock'
import { openLink } from './host/host-link'
import type { HostBatch } from './host/host-messages'
import type { HostedModel } from './hosted-model'
import { type ModelShelf, openModelShelf } from './model-shelf'
import type { PredictAsk } from './served-model'

const dir = mkdtempSync(path.join(os.tmpdir(), 'stageline-test-'))
const artifacts = openArtifactStore(dir)
const megabyte = 2 ** 20
const started: string[] = []
const ran: HostBatch[] = []
let artifact: string
let shelf: ModelShelf

beforeAll(async () => {
  artifact = await artifacts.write(tinyModel())
})
afterEach(() => shelf.close())
afterAll(() => rmSync(dir, { recursive: true }))

function open(limitBytes: number): ModelShelf {
  started.length = 0
  ran.length = 0
  shelf = openModelShelf({
    artifacts,
    openPrepare: async () => (row) => row,
    // Real threads and processes, of which the test keeps a list.
    openLink(kind, events) {
      started.push(kind)
      const link = openLink(kind, events)
      return {
        ...link,
        send(message, moved) {
          if (message.kind === 'run') ran.push(message)
          link.send(message, moved)
        },
      }
    },
    notesOf: () => ({ ran: () => undefined, loaded: () => undefined, failed: () => undefined }),
    limitBytes,
    clock: systemClock,
    log: openLog('test', 'silent'),
  })
  return shelf
}

const version = (id: string, isImported = false) => ({ id, number: 1, model: 'tiny', artifact, isImported })
const ask = (change: Partial<PredictAsk> = {}): PredictAsk => ({
  deadlineAt: systemClock.now() + 20_000,
  timeoutMs: 20_000,
  priority: 'normal',
  batching: { mode: 'adaptive', rows: 512, waitMs: 5 },
  isGone: () => false,
  cache: false,
  ...change,
})
const row = { body: 'spam', hour: 3 }
const answerOf = async (model: HostedModel) => (await model.predict([row], ask()))[0]

it('opens a version once, for whoever asks', async () => {
  open(1_000 * megabyte)
  const [one, same] = await Promise.all([shelf.open(version('a')), shelf.open(version('a'))])
  expect(one).toBe(same)
  expect(started).toEqual([])
  const [first, second] = await Promise.all([answerOf(one), answerOf(one)])
  expect(first).toMatchObject({ label: 'spam', input: row })
  expect(first).toEqual(second)
  expect(started).toEqual(['thread'])
})

it('an imported model answers the same from a process of its own', async () => {
  open(1_000 * megabyte)
  const [here, apart] = [await shelf.open(version('a')), await shelf.open(version('b', true))]
  expect(await answerOf(apart)).toEqual(await answerOf(here))
  expect(started.sort()).toEqual(['process', 'thread'])
})

it('answers rows of many lengths in their own order, in one request and among others', async () => {
  open(1_000 * megabyte)
  const model = await shelf.open(version('a'))
  // More characters than the runtime takes at once: the rows go in several parts, shortest first.
  const rows = Array.from({ length: 700 }, (_, i) => ({ body: i % 3 === 0 ? 'spam' : 'x'.repeat((i * 37) % 2_000), hour: i % 24 }))
  const [together, ...alone] = await Promise.all([
    model.predict(rows, ask()),
    ...rows.slice(0, 50).map((one) => model.predict([one], ask({ batching: { mode: 'off', rows: 1, waitMs: 0 } }))),
  ])
  expect(together?.map(({ input }) => input)).toEqual(rows)
  for (const [i, found] of alone.entries()) expect(found[0]).toEqual(together?.[i])
  expect(Math.max(...ran.map(({ parts }) => parts.length))).toBeGreaterThan(1)
})

it('puts versions to sleep that have no weight and were not used for longest, and wakes them when they are asked', async () => {
  // A tiny model takes 12 MB and its few kilobytes: three of them fit.
  open(40 * megabyte)
  const models = await Promise.all(['a', 'b', 'c', 'd'].map((id) => shelf.open(version(id))))
  shelf.use(new Map(['a', 'b', 'c', 'd'].map((id) => [id, { hasWeight: id === 'a', cacheEntries: 0 }])))
  const awake = () => models.filter((model) => model.isAwake()).map(({ versionId }) => versionId)
  for (const model of models.slice(0, 3)) await answerOf(model)
  expect(awake()).toEqual(['a', 'b', 'c'])
  const [, b, c, d] = models
  if (!b || !c || !d) throw new Error('four versions are on the shelf')
  await answerOf(d)
  expect(awake()).toEqual(['a', 'c', 'd'])
  expect(await answerOf(b)).toEqual(await answerOf(d))
  expect(awake()).toEqual(['a', 'b', 'd'])
  expect(shelf.memory().usedBytes).toBeLessThanOrEqual(40 * megabyte)
})

it('says which setting is too small when what is in use leaves no room', async () => {
  open(20 * megabyte)
  const [a, b] = [await shelf.open(version('a')), await shelf.open(version('b'))]
  shelf.use(new Map(['a', 'b'].map((id) => [id, { hasWeight: true, cacheEntries: 0 }])))
  await answerOf(a)
  await expect(answerOf(b)).rejects.toMatchObject({
    reason: 'overload',
    message: expect.stringContaining('STAGELINE_MODEL_MEMORY_MB'),
  })
  expect(await answerOf(a)).toMatchObject({ label: 'spam' })
})

it('closes what no release names any more after its last request', async () => {
  open(1_000 * megabyte)
  const model = await shelf.open(version('a'))
  const answering = answerOf(model)
  shelf.use(new Map())
  expect(await answering).toMatchObject({ label: 'spam' })
  expect(shelf.list()).toEqual([])
  await expect.poll(() => model.isAwake()).toBe(false)
  await expect(answerOf(model)).rejects.toMatchObject({ reason: 'error' })
})

it('computes equal inputs once, whoever asks, and keeps their answers', async () => {
  open(1_000 * megabyte)
  const model = await shelf.open(version('a'))
  await model.wake()
  shelf.use(new Map([['a', { hasWeight: true, cacheEntries: 10 }]]))
  ran.length = 0
  const other = { body: 'Lunch?', hour: null }
  const cached = ask({ cache: true })
  const found = await Promise.all(Array.from({ length: 20 }, (_, i) => model.predict(i % 2 ? [row, other, row] : [row], cached)))
  const [[first] = []] = found
  for (const answers of found) expect(answers[0]).toEqual(first)
  expect(found[1]?.map((answer) => answer.input)).toEqual([row, other, row])
  expect(ran.reduce((rows, batch) => rows + batch.rows, 0)).toBe(2)
  await model.predict([other, row], cached)
  expect(ran.reduce((rows, batch) => rows + batch.rows, 0)).toBe(2)
  expect(model.cached()).toMatchObject({ entries: 2 })
  // A caller that hung up takes nobody along who waited for the same answer.
  const third = { body: 'x', hour: 1 }
  let isGone = false
  const leaver = model.predict([third], { ...cached, isGone: () => isGone })
  const stayer = model.predict([third], cached)
  isGone = true
  await expect(leaver).rejects.toMatchObject({ code: 'cancelled' })
  expect((await stayer)[0]).toMatchObject({ input: third })
})
