/** Compiles ml/kernels/assembly/<name>.ts into ml/kernels/<name>.wasm.ts; `--print <name>` only writes the base64 to stdout. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const names = ['boosting', 'forest', 'sdca', 'svm']
const folder = dirname(fileURLToPath(import.meta.url))
const source = join(folder, 'assembly')
const options = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--use', 'abort=']

const [flag, wanted] = process.argv.slice(2)
if (flag === '--print') console.log(Buffer.from(await compile(wanted)).toString('base64'))
else
  for (const name of names) {
    const bytes = await compile(name)
    const comment = `/** Built from ml/kernels/assembly/${name}.ts by ml/kernels/build.mjs; kernels.test.ts builds it again and compares. */`
    const text = `${comment}\nexport const ${name}Wasm =\n  '${Buffer.from(bytes).toString('base64')}'\n`
    writeFileSync(join(folder, `${name}.wasm.ts`), text)
    console.log(`ml/kernels/${name}.wasm.ts: ${bytes.length} bytes`)
  }

/** @param {string} name */
async function compile(name) {
  let bytes
  const { error, stderr } = await asc.main([`${name}.ts`, '-o', `${name}.wasm`, ...options], {
    readFile: (file) => {
      try {
        return readFileSync(join(source, file), 'utf8')
      } catch {
        return null // the compiler asks for many files of its own library that are not there
      }
    },
    writeFile: (_file, contents) => {
      bytes = contents
    },
    listFiles: () => [],
  })
  if (error) throw new Error(`${error.message}\n${stderr}`)
  return bytes
}
