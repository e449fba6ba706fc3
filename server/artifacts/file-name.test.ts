import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { artifactFileName, artifactType } from './file-name'

const dir = mkdtempSync(path.join(os.tmpdir(), 'artifact-names-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test.each([
  ['PAR1....', 'parquet'],
  ['{"report":"gate"}', 'json'],
  ['[1]', 'json'],
  ['\u0008\u0009rest', 'onnx'],
  ['name,age\n', 'bin'],
  ['', 'bin'],
])('%j is a %s file', async (bytes, ending) => {
  const file = path.join(dir, ending)
  writeFileSync(file, bytes, 'latin1')
  expect((await artifactType(file)).ending).toBe(ending)
})

const parquet = { ending: 'parquet', mime: '' } as const
test.each([
  ['Train, table', 'train-table.parquet'],
  ['train.parquet', 'train.parquet'],
  ['Größe "a"\r\nSet-Cookie: x', 'gro-e-a-set-cookie-x.parquet'],
  ['../../etc/passwd', 'etc-passwd.parquet'],
  ['', 'abcdef012345.parquet'],
  [null, 'abcdef012345.parquet'],
])('%j is called %s', (wish, name) => {
  expect(artifactFileName(wish, 'abcdef0123456789', parquet)).toBe(name)
})
