import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { boostingWasm } from '#ml/kernels/boosting.wasm'
import { forestWasm } from '#ml/kernels/forest.wasm'
import { sdcaWasm } from '#ml/kernels/sdca.wasm'
import { svmWasm } from '#ml/kernels/svm.wasm'

test.each([
  ['boosting', boostingWasm],
  ['forest', forestWasm],
  ['sdca', sdcaWasm],
  ['svm', svmWasm],
])('the committed kernel "%s" is what its source compiles to', async (name, committed) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['ml/kernels/build.mjs', '--print', name])
  expect(stdout.trim() === committed).toBe(true)
})
