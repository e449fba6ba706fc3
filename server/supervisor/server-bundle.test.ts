import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { bundleServers } from './server-bundle'

const root = fileURLToPath(new URL('../..', import.meta.url))
const hash = `test-of-bundle-${process.pid}`
const folder = mkdtempSync(path.join(os.tmpdir(), 'stageline-bundle-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  rmSync(path.join(root, 'node_modules', '.cache', 'stageline-servers', hash.slice(0, 16)), { recursive: true, force: true })
})

test('worker and gateway become one file each, whose parts still know where their sources lie', async () => {
  const made = await bundleServers(root, hash)
  expect(readdirSync(made ?? '').sort()).toEqual(['gateway.mjs', 'gateway.mjs.map', 'worker.mjs', 'worker.mjs.map'])
  const worker = readFileSync(path.join(made ?? '', 'worker.mjs'), 'utf8')
  expect(worker).not.toContain("from '#")
  expect(worker).not.toContain('from "#')
  expect(worker).not.toContain('import.meta.url')
  expect(worker).toContain('server/engine/jobs/attempt-job.ts"')
  expect(await bundleServers(root, hash)).toBe(made)
})

test('where nothing can be written there is none, and no error', async () => {
  mkdirSync(path.join(folder, 'node_modules'))
  writeFileSync(path.join(folder, 'node_modules', '.cache'), 'a file in the way')
  expect(await bundleServers(folder, hash)).toBeNull()
})
