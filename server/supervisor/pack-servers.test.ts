import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { packServers } from './pack-servers'
import { packedFolder } from './sources.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const hash = `of a test, ${process.pid}`
const folder = mkdtempSync(path.join(os.tmpdir(), 'stageline-bundle-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  rmSync(packedFolder(root, hash), { recursive: true, force: true })
})

test('supervisor, worker and gateway become one file each, whose parts still know where their sources lie', async () => {
  const made = await packServers(root, hash)
  expect(readdirSync(made ?? '').sort()).toEqual([
    'gateway.mjs',
    'gateway.mjs.map',
    'main.mjs',
    'main.mjs.map',
    'worker.mjs',
    'worker.mjs.map',
  ])
  const worker = readFileSync(path.join(made ?? '', 'worker.mjs'), 'utf8')
  expect(worker).not.toContain("from '#")
  expect(worker).not.toContain('from "#')
  expect(worker).not.toContain('import.meta.url')
  expect(worker).toContain('server/engine/jobs/attempt-job.ts"')
  expect(await packServers(root, hash)).toBe(made)
})

test('a project that was moved is packed anew: the files hold addresses of its folder', () => {
  expect(packedFolder(path.join(folder, 'here'), hash).slice(-16)).not.toBe(packedFolder(path.join(folder, 'there'), hash).slice(-16))
})

test('where nothing can be written there is none, and no error', async () => {
  mkdirSync(path.join(folder, 'node_modules'))
  writeFileSync(path.join(folder, 'node_modules', '.cache'), 'a file in the way')
  expect(await packServers(folder, hash)).toBeNull()
})
