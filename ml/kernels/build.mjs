/** Compiles ml/kernels/assembly/sdca.ts into ml/kernels/sdca.wasm.ts; with --print, only writes the base64 to stdout. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const folder = dirname(fileURLToPath(import.meta.url))
const source = join(folder, 'assembly')
let bytes

const options = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--use', 'abort=']
const { error, stderr } = await asc.main(['sdca.ts', '-o', 'sdca.wasm', ...options], {
  readFile: (name) => {
    try {
      return readFileSync(join(source, name), 'utf8')
    } catch {
      return null // the compiler asks for many files of its own library that are not there
    }
  },
  writeFile: (_name, contents) => {
    bytes = contents
  },
  listFiles: () => [],
})
if (error) throw new Error(`${error.message}\n${stderr}`)
const base64 = Buffer.from(bytes).toString('base64')
if (process.argv.includes('--print')) console.log(base64)
else {
  const comment = '/** Built from ml/kernels/assembly/sdca.ts by ml/kernels/build.mjs; sdca-kernel.test.ts builds it again and compares. */'
  writeFileSync(join(folder, 'sdca.wasm.ts'), `${comment}\nexport const sdcaWasm =\n  '${base64}'\n`)
  console.log(`ml/kernels/sdca.wasm.ts: ${bytes.length} bytes`)
}
