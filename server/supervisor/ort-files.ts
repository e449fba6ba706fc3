import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const names = ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm']

/** Puts the browser's model runtime where the web server can serve it. It comes with the installed package, so it is not in the repository. */
export function copyOrtFiles(root: string): void {
  const source = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'))
  const target = path.join(root, 'public', 'ort')
  mkdirSync(target, { recursive: true })
  for (const name of names) {
    const [from, to] = [path.join(source, name), path.join(target, name)]
    if (existsSync(to) && statSync(to).size === statSync(from).size) continue
    copyFileSync(from, to)
  }
}
