// Plain JavaScript: start.mjs asks this before anything could compile TypeScript.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const folders = ['app', 'components', 'core', 'db', 'ml', 'public', 'server', 'stages']
const files = [
  'next.config.mjs',
  'package-lock.json',
  'package.json',
  'postcss.config.mjs',
  'proxy.ts',
  'instrumentation.ts',
  'tsconfig.json',
]
const ignored = /\.test\.tsx?$|\/fixtures\/|\/testing\/|^public\/(ort|edge)\//

/**
 * A hash over all that the bundles are made from; equal hash, same bundles.
 * @param {string} root
 */
export function sourcesHash(root) {
  const hash = createHash('sha256')
  const all = [...files, ...folders.flatMap((folder) => listFiles(root, folder))].filter((file) => existsSync(path.join(root, file)))
  for (const file of all.sort()) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
  }
  return hash.digest('hex')
}

/**
 * Where the servers that were packed from these sources lie, if they were. The packed files hold addresses inside the
 * project: moved or copied elsewhere, they are packed anew.
 * @param {string} root
 * @param {string} sources
 */
export function packedFolder(root, sources) {
  const key = createHash('sha256').update(`${sources}\0${root}`).digest('hex')
  return path.join(root, 'node_modules', '.cache', 'stageline-servers', key.slice(0, 16))
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function listFiles(root, folder) {
  if (!existsSync(path.join(root, folder))) return []
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`
    if (ignored.test(entry.isDirectory() ? `${file}/` : file)) return []
    return entry.isDirectory() ? listFiles(root, file) : [file]
  })
}
