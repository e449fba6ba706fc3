import { readdirSync } from 'node:fs'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findReadyVersion } from '#db/queries/data-set-refs'
import { getDataSetVersion } from '#db/queries/data-sets'
import { createUser } from '#db/queries/users'
import { appRouter } from '#server/api/root'
import { type Actor, createCallerFactory } from '#server/api/trpc'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { keepUpload } from './keep-upload'
import { loadDataSet } from './load-data-set'

let house: House
const ada: Actor = { id: 'ada', name: 'Ada', email: 'ada@example.com', role: 'analyst' }
const api = (actor: Actor) => createCallerFactory(appRouter)({ house, actor }).dataSets

beforeAll(async () => {
  house = await testHouse()
  await createUser(house.db, { ...ada, passwordHash: 'x' })
})
afterAll(() => house.close())

const upload = (text: string, more: { fileName?: string; dataSetId?: string; length?: number } = {}) =>
  keepUpload(house, { stream: Readable.from([Buffer.from(text)]), fileName: 'tickets.csv', length: text.length, actor: ada, ...more })

const load = (subject: string) =>
  loadDataSet({
    house,
    job: { id: crypto.randomUUID(), subject, createdBy: ada.id },
    input: {},
    progress: () => undefined,
    signal: new AbortController().signal,
  })

test('an upload becomes a data set with one ready version', async () => {
  const kept = await upload('id,text\n1,hello\n2,bye\n')
  expect(kept).toMatchObject({ name: 'tickets', version: 1, isNew: true })
  await load(kept.versionId)
  expect(await findReadyVersion(house.db, { dataSet: 'tickets' })).toMatchObject({ version: 1, rows: 2 })
  const shown = await api(ada).get({ id: kept.dataSet })
  expect(shown.versions[0]).toMatchObject({ status: 'ready', rows: 2, report: { read: 2, kept: 2, refused: 0 } })
  expect(await api(ada).profile({ stats: shown.versions[0]?.stats ?? '' })).toHaveLength(2)
})

test('the same bytes are the same version, other bytes the next one', async () => {
  const first = (await api(ada).list()).find(({ name }) => name === 'tickets')
  const again = await upload('id,text\n1,hello\n2,bye\n', { dataSetId: first?.id ?? '' })
  expect(again).toMatchObject({ version: 1, isNew: false, jobId: null })
  const other = await upload('id,text\n1,hello\n', { dataSetId: first?.id ?? '' })
  expect(other).toMatchObject({ version: 2, isNew: true })
})

test('two uploads of one name at once are two data sets, never one lost', async () => {
  const kept = await Promise.all([upload('a\n1\n', { fileName: 'twin.csv' }), upload('a\n2\n', { fileName: 'twin.csv' })])
  expect(kept.map(({ name }) => name).sort()).toEqual(['twin', 'twin 2'])
})

test('an upload that breaks off or is empty leaves nothing', async () => {
  await expect(upload('', { fileName: 'nothing.csv' })).rejects.toThrow('nothing.csv is empty')
  await expect(upload('a,b\n', { length: 500 })).rejects.toThrow('Only 4 of 500 bytes')
  await expect(upload('a', { length: Number.MAX_SAFE_INTEGER })).rejects.toThrow(/not enough free disk space/)
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('a,b\n')
      throw new Error('gone')
    })(),
  )
  await expect(keepUpload(house, { stream: broken, fileName: 'x.csv', length: 0, actor: ada })).rejects.toThrow('broke off after 4 bytes')
  expect(readdirSync(house.env.uploadsDir)).toEqual([])
})

test('a file that is no table fails with a sentence, and can be replaced', async () => {
  const kept = await upload('PK\u0003\u0004\u0000\u0000binary', { fileName: 'sheet.csv' })
  await expect(load(kept.versionId)).rejects.toThrow()
  const version = await getDataSetVersion(house.db, kept.versionId)
  expect(version.status).toBe('failed')
  expect(version.error?.message).toMatch(/sheet\.csv.*\.$/)
  expect(await upload('PK\u0003\u0004\u0000\u0000binary', { fileName: 'sheet.csv', dataSetId: kept.dataSet })).toMatchObject({ version: 2 })
})

test('a deleted data set frees its name, and a stage that reads it says so', async () => {
  const kept = await upload('a\n7\n', { fileName: 'gone.csv' })
  await load(kept.versionId)
  await api(ada).remove({ id: kept.dataSet })
  await expect(findReadyVersion(house.db, { dataSet: kept.dataSet })).rejects.toThrow(/was deleted/)
  expect((await upload('a\n8\n', { fileName: 'gone.csv' })).name).toBe('gone')
  await expect(api({ ...ada, role: 'viewer' }).remove({ id: kept.dataSet })).rejects.toThrow(/needs analyst/)
})
