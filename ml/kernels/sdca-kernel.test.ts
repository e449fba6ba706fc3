import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { sdcaWasm } from '#ml/kernels/sdca.wasm'

test('the committed kernel is what its source compiles to', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['ml/kernels/build.mjs', '--print'])
  expect(stdout.trim() === sdcaWasm).toBe(true)
})
