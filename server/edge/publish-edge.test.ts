import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edgeManifestSchema } from '#core/edge/manifest'
import { systemActor } from '#db/queries/audit'
import type { House } from '#server/house'
import { deployVersion } from '#server/releases/change-release'
import { packEdgeFiles } from '#server/supervisor/edge-files'
import { copyOrtFiles } from '#server/supervisor/ort-files'
import { testHouse } from '#server/testing/test-house'
import { registerTiny, type TinyVersion } from '#server/testing/tiny-registry'
import { type EdgeSources, publishEdge } from './publish-edge'
import { readEdgeFile } from './read-edge'

let house: House
let versions: TinyVersion[]
let sources: EdgeSources
let made: string

beforeAll(async () => {
  house = await testHouse()
  versions = await registerTiny(house, { count: 2 })
  const root = path.resolve(import.meta.dirname, '../..')
  copyOrtFiles(root)
  await packEdgeFiles(root, 'test')
  made = path.join(root, 'public', 'edge')
  sources = { edge: made, ort: path.join(root, 'public', 'ort') }
})
afterAll(async () => {
  // The next start packs what is of its own sources.
  rmSync(made, { recursive: true, force: true })
  await house?.close()
})

const deploy = (index: number) =>
  deployVersion(house.db, { actor: systemActor, deployment: 'edgy', versionId: versions[index]?.id ?? '', share: 100, reason: '' })
const publish = (deployment = 'edgy') => publishEdge(house, { deployment, reason: 'for the shop floor', actor: systemActor, sources })
const read = (name: string, deployment = 'edgy') => readEdgeFile(house, { deployment, name })
const text = async (name: string) => Buffer.from((await read(name)).bytes).toString()

describe('publishing for the edge', () => {
  it('is refused in words before there is anything to hand out', async () => {
    await expect(publish('nowhere')).rejects.toThrow(/no deployment called nowhere/)
    await deploy(0)
    await expect(read('index.html')).rejects.toThrow(/never published/)
  })
  it('hands out the champion with its manifest, typings and page', async () => {
    expect(await publish()).toMatchObject({ deployment: 'edgy', version: 1 })
    const manifest = edgeManifestSchema.parse(JSON.parse(await text('deployment.json')))
    expect(manifest).toMatchObject({
      deployment: 'edgy',
      version: 'v1',
      release: 1,
      artifact: versions[0]?.artifact,
      classes: ['ham', 'spam'],
    })
    expect(Buffer.from((await read('model.onnx')).bytes)).toEqual(Buffer.from(await house.artifacts.read(manifest.artifact)))
    expect(await text('stageline-edge.d.mts')).toMatch(/"body": string \| null[\s\S]*"hour": number \| null[\s\S]*Label = "ham" \| "spam"/)
    expect(await text('stageline-edge.mjs')).toMatch(/openEdgeModel/)
    expect((await read('ort/ort-wasm-simd-threaded.wasm')).type).toBe('application/wasm')
    const worker = await text('service-worker.js')
    expect(worker).toContain('"model.onnx"')
    expect(worker).not.toMatch(/CACHE_NAME|FILES'/)
  })
  it('the archive holds the same files under one folder, and is the same whenever it is asked for', async () => {
    const { bytes, download } = await read('bundle.zip')
    expect(download).toBe('edgy-v1-edge.zip')
    const files = unzipSync(bytes)
    expect(Object.keys(files).sort()).toEqual(
      [
        'README.md',
        'deployment.json',
        'index.html',
        'model.onnx',
        'ort/ort-wasm-simd-threaded.mjs',
        'ort/ort-wasm-simd-threaded.wasm',
        'ort/ort.wasm.min.mjs',
        'page.css',
        'page.mjs',
        'service-worker.js',
        'stageline-edge.d.mts',
        'stageline-edge.mjs',
      ].map((name) => `edgy-v1/${name}`),
    )
    expect(Buffer.from((await read('bundle.zip')).bytes).equals(Buffer.from(bytes))).toBe(true)
  })
  it('what is published stays what it was until it is published again, and each time is in the audit log', async () => {
    await deploy(1)
    expect(JSON.parse(await text('deployment.json'))).toMatchObject({ version: 'v1' })
    await publish()
    expect(JSON.parse(await text('deployment.json'))).toMatchObject({ version: 'v2', release: 2 })
    const { rows } = await house.pool.query("select after from audit_entries where action = 'edge.publish' order by id")
    expect(rows.map(({ after }) => after.version)).toEqual([1, 2])
  })
  it.each(['../../etc/passwd', 'constructor', 'ort/', ''])('has no file %j', async (name) => {
    await expect(read(name)).rejects.toThrow(/has no file/)
  })
  it('says which file is missing, and what makes it', async () => {
    const empty = mkdtempSync(path.join(os.tmpdir(), 'stageline-edge-'))
    writeFileSync(path.join(empty, 'index.html'), readFileSync(path.join(made, 'index.html')))
    const broken = publishEdge(house, { deployment: 'edgy', reason: '', actor: systemActor, sources: { ...sources, edge: empty } })
    await expect(broken).rejects.toThrow(/page\.css of edge bundles is not there\. Run `npm run build`/)
    rmSync(empty, { recursive: true })
  })
})
