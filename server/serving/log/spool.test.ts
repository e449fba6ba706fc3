import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSpool, type Spool } from './spool'
import { keep, readWhole, row, seen, silent, textBelow, until } from './testing'

let root: string
let spool: Spool | null
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'stageline-spool-'))
  spool = null
})
afterEach(() => {
  spool?.close()
  rmSync(root, { recursive: true, force: true })
})

const bulky = (deploymentId: string) => seen({ deploymentId, rows: [row({ input: { body: 'word '.repeat(2_000), hour: 1 } })] })
const filesIn = (dir: string) => readdirSync(dir).filter((name) => name !== 'owner.json')

it('lines are on disk when append resolves, in one file that names its batch', async () => {
  spool = openSpool(root, { log: silent, id: 'gw' })
  await Promise.all([spool.append(seen()), spool.append(seen())])
  expect(filesIn(spool.dir)).toEqual(['000000000001.open'])
  spool.rotate()
  const [name = ''] = filesIn(spool.dir)
  expect(name).toBe('000000000001.jsonl')
  expect(readWhole(textBelow(root).replace(/\{"host".*?\}\}/, ''))).toMatchObject({ batch: 'gw/000000000001', damaged: [] })
})

it.each(['sampled', 'hashed', 'none'] as const)(
  '%s: nothing of an input that may not be kept reaches the disk, bound or not',
  async (inputs) => {
    spool = openSpool(root, { log: silent, maxBytes: 40_000 })
    // In the sample of 1 % is about one of these: it is left out by its id, which is drawn again until it is not.
    for (let i = 0; i < 300; i++) {
      const one = row({ input: { body: `my number is 555-01${i}`, hour: 4 }, review: true })
      const line = seen({ keep: keep(inputs, 1), rows: [one] })
      await spool.append(line)
    }
    await until(() => spool?.state().isFull ?? false, 'the bound is reached')
    for (let i = 0; i < 50; i++)
      await spool.append(seen({ keep: keep(inputs, 1), rows: [row({ input: { body: 'my number is 555-02', hour: 4 } })] }))
    spool.close()
    const found = textBelow(root).match(/my number/g)?.length ?? 0
    if (inputs === 'sampled') expect(found).toBeLessThan(15)
    else expect(found).toBe(0)
  },
)

it('beyond the bound answers go on and every one is counted, reports are refused; with room again lines are whole', async () => {
  spool = openSpool(root, { log: silent, maxBytes: 100_000 })
  const deploymentId = '00000000-0000-4000-8000-000000000001'
  let logged = 0
  while (!spool.state().isFull) {
    await spool.append(bulky(deploymentId))
    logged += 1
  }
  expect(logged).toBeLessThan(15)
  const versionId = '00000000-0000-4000-8000-000000000002'
  for (let i = 0; i < 500; i++) await spool.append(seen({ deploymentId, versionId, rows: [row(), row()] }))
  await spool.append(seen({ deploymentId, versionId, status: 422, rows: [] }))
  expect(spool.state().lostRows).toBe(1_000)
  expect(spool.lost().get(deploymentId)).toBe(1_000)
  await expect(spool.append({ kind: 'outcomes', deploymentId, at: 1, outcomes: [] })).rejects.toThrow(/spool is full/)
  await expect(spool.append(seen({ edge: true }))).rejects.toThrow(/Send them again/)

  // Shipped: the complete files are gone.
  await until(() => filesIn(spool?.dir ?? '').some((name) => name.endsWith('2.open')), 'the figures are on disk')
  const figures = readWhole(textBelow(root)).lines.filter(({ line }) => line.kind === 'figures')
  expect(figures).toHaveLength(1)
  expect(figures[0]?.line).toMatchObject({
    deploymentId,
    versionId,
    figures: { rows: 1_000, requests: 501, clientErrors: 1, columns: { hour: { counts: [1_000, 0] } } },
  })
  expect(JSON.stringify(figures)).not.toContain('p_')
  for (const name of filesIn(spool.dir)) if (name.endsWith('.jsonl')) rmSync(path.join(spool.dir, name))
  await until(() => !spool?.state().isFull, 'there is room')
  await until(() => filesIn(spool?.dir ?? '').every((name) => name.endsWith('.jsonl')), 'the figures wait to be shipped')
  await spool.append(seen({ deploymentId }))
  expect(filesIn(spool.dir)).toContain('000000000003.open')
  expect(spool.state().lostRows).toBe(1_000)
})

it('what other gateways left on this disk counts for the bound', async () => {
  writeFileSync(path.join(root, 'left.jsonl'), 'x'.repeat(50_000))
  spool = openSpool(root, { log: silent, maxBytes: 40_000 })
  await until(() => spool?.state().isFull ?? false, 'the bound is reached')
})

it('a disk that cannot be written: lines wait in memory, then only figures; all is written when it can', async () => {
  spool = openSpool(root, { log: silent, maxHeldBytes: 30_000 })
  const { dir } = spool
  // A file in the place of the folder: like a disk that fails, also for root, whom permissions do not stop.
  const away = `${dir}-away`
  renameSync(dir, away)
  writeFileSync(dir, '')
  const deploymentId = '00000000-0000-4000-8000-000000000001'
  let held = 0
  while (!spool.state().isFull) {
    await spool.append(bulky(deploymentId))
    held += 1
  }
  expect(spool.state().heldBytes).toBeGreaterThan(30_000)
  for (let i = 0; i < 10; i++) await spool.append(seen({ deploymentId }))
  expect(spool.state().lostRows).toBe(10)
  rmSync(dir)
  renameSync(away, dir)
  await until(() => spool?.state().heldBytes === 0 && !spool.state().isFull, 'the disk took it')
  await until(() => filesIn(dir).every((name) => name.endsWith('.jsonl')), 'all is complete')
  const lines = readWhole(textBelow(dir)).lines.map(({ line }) => line)
  expect(lines.filter((line) => line.kind !== 'figures')).toHaveLength(held)
  expect(lines.reduce((rows, line) => rows + (line.kind === 'figures' ? line.figures.rows : 0), 0)).toBe(10)
})

it.runIf(process.getuid?.() !== 0)('a folder without permission is such a disk', async () => {
  spool = openSpool(root, { log: silent })
  chmodSync(spool.dir, 0o500)
  await spool.append(seen())
  expect(spool.state().heldBytes).toBeGreaterThan(0)
  chmodSync(spool.dir, 0o700)
  await until(() => spool?.state().heldBytes === 0, 'the disk took it')
})

it('taken for dead while it slept: its folder comes back, and what was in the open file with it', async () => {
  spool = openSpool(root, { log: silent, id: 'gw' })
  await spool.append(seen({ release: 1 }))
  // Another gateway shipped the open file and cleared the folder away.
  rmSync(spool.dir, { recursive: true })
  await spool.append(seen({ release: 2 }))
  spool.rotate()
  const file = readWhole(textBelow(root).replace(/\{"host".*?\}\}/, ''))
  expect(file.batch).toBe('gw/000000000001')
  expect(file.lines.map(({ line }) => 'release' in line && line.release)).toEqual([1, 2])
  expect(existsSync(path.join(spool.dir, 'owner.json'))).toBe(true)
})
