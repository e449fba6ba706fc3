import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getDataSetVersion } from '#db/queries/data-sets'
import { createUser } from '#db/queries/users'
import { openArtifactStore } from '#server/artifacts/store'
import type { House } from '#server/house'
import { openTables } from '#server/tables/open-tables'
import { testHouse } from '#server/testing/test-house'
import { keepUpload } from './keep-upload'
import { loadDataSet } from './load-data-set'

const actor = { id: 'ada', name: 'Ada', email: 'ada@example.com', role: 'analyst' } as const
/** Text that does not compress: the table of it is about half as large as the file. */
const noise = (i: number) => createHash('sha256').update(String(i)).digest('hex')
const rows = (count: number) => `id,text\n${Array.from({ length: count }, (_, i) => `${i},${noise(i)}`).join('\n')}\n`

describe('where a file is worked on', () => {
  let house: House
  beforeAll(async () => {
    house = await testHouse()
    await createUser(house.db, { ...actor, passwordHash: 'x' })
  })
  afterAll(() => house.close())

  test('is the data folder, and what a killed load left there goes', async () => {
    const left = path.join(house.env.home, 'scratch', `${os.hostname().replaceAll(/[^A-Za-z0-9.-]/g, '')}_999999999`)
    mkdirSync(left, { recursive: true })
    await writeFile(path.join(left, 'half.csv'), 'a,b\n')
    const kept = await keepUpload(house, { stream: Readable.from([rows(10)]), fileName: 'a.csv', length: 0, actor })
    const { TMPDIR } = process.env
    process.env.TMPDIR = path.join(house.env.home, 'no-such-folder')
    try {
      await loadDataSet({
        house,
        job: { id: crypto.randomUUID(), subject: kept.versionId, createdBy: actor.id },
        input: {},
        progress: () => undefined,
        signal: new AbortController().signal,
      })
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = TMPDIR
    }
    expect(await getDataSetVersion(house.db, kept.versionId)).toMatchObject({ status: 'ready', rows: 10 })
    expect(existsSync(left)).toBe(false)
    for (const own of readdirSync(path.join(house.env.home, 'scratch')))
      expect(readdirSync(path.join(house.env.home, 'scratch', own))).toEqual([])
  })
})

const canMount = process.getuid?.() === 0 && process.platform === 'linux'

/** A disk of 12 MB, or null where mounting is forbidden. */
function smallDisk(): string | null {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'small-disk-'))
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder]).status === 0 ? folder : null
}

describe.skipIf(!canMount)('a full disk', () => {
  test('an upload ends in one sentence and leaves nothing', async (context) => {
    const disk = smallDisk()
    // A container may forbid mounting even to root.
    if (disk === null) return context.skip()
    const house = await testHouse({ STAGELINE_HOME: path.join(disk, 'home') })
    try {
      for (const length of [0, 30]) {
        const upload = keepUpload(house, { stream: Readable.from([Buffer.from('a,b\n'.repeat(8))]), fileName: 'big.csv', length, actor })
        await expect(upload).rejects.toMatchObject({
          code: 'disk_full',
          message: 'There is not enough free disk space for big.csv. Free some, or move the data folder with STAGELINE_HOME.',
        })
      }
      expect(readdirSync(house.env.uploadsDir)).toEqual([])
    } finally {
      await house.close()
      spawnSync('umount', ['-l', disk])
      rmSync(disk, { recursive: true, force: true })
    }
  })

  test.each([
    ['while the file is read', 200_000],
    ['while the table is written', 140_000],
  ])('%s', async (_when, count) => {
    const disk = smallDisk()
    if (disk === null) return
    const file = path.join(os.tmpdir(), `full-disk-${crypto.randomUUID()}.csv`)
    await writeFile(file, rows(count))
    const tables = openTables({
      artifacts: openArtifactStore(path.join(disk, 'artifacts')),
      scratch: path.join(disk, 'scratch'),
      signal: new AbortController().signal,
    })
    try {
      mkdirSync(path.join(disk, 'scratch'))
      await expect(tables.load(file, { name: 'big.csv' })).rejects.toMatchObject({
        code: 'disk_full',
        message: expect.stringMatching(/disk.* full.*Free some space/s),
      })
    } finally {
      tables.close()
      spawnSync('umount', ['-l', disk])
      rmSync(disk, { recursive: true, force: true })
      rmSync(file)
    }
  })
})
