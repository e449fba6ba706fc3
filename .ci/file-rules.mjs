// The rules about files that no linter knows: length, names, and words that only a draft holds.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const mostLines = 400
const code = /\.(ts|tsx|mjs|cjs)$/
const generated = /(^db\/migrations\/|\.wasm\.ts$|^next-env\.d\.ts$)/
/** Names that say nothing about what is inside. */
const emptyNames = /(^|[/-])(utils?|helpers?|common|lib|misc|manager|v2)([.-]|$|\/)/
/** Next's own names for dynamic folders and groups, and files that a tool wants to be called so. */
const folderName = /^(\.?[a-z0-9]+(-[a-z0-9]+)*|\([a-z-]+\)|\[{1,2}(\.{3})?[a-zA-Z]+\]{1,2})$/
const fileName = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+([._-][a-z0-9]+)*)*$/
const draftWords = /\b(TODO|FIXME|XXX)\b|\b(it|test|describe)\.(only|todo)\(/
const barrels = /^(app|components|core|db|ml|server|stages)\/(.*\/)?index\.tsx?$/

/** Every broken rule as one sentence. `read` gives a file's text. */
export function checkFiles(files, read) {
  return files.filter((file) => code.test(file) && !generated.test(file)).flatMap((file) => faultsOf(file, read(file)))
}

function faultsOf(file, text) {
  const faults = []
  const lines = text.split('\n').length - 1
  if (lines > mostLines) faults.push(`${file} has ${lines} lines; split it by reason, ${mostLines} is the most.`)
  const parts = file.split('/')
  const name = parts.pop()
  if (!fileName.test(name)) faults.push(`${file}: file names are kebab-case.`)
  for (const folder of parts) if (!folderName.test(folder)) faults.push(`${file}: folder names are kebab-case.`)
  if (emptyNames.test(file)) faults.push(`${file}: the name says nothing; name it after what it does.`)
  if (barrels.test(file)) faults.push(`${file}: no barrels; import from the file itself.`)
  for (const [index, line] of text.split('\n').entries()) {
    // This file must spell the words out to find them.
    if (draftWords.test(line) && !file.startsWith('.ci/file-rules'))
      faults.push(`${file}:${index + 1}: left over from a draft: ${line.trim().slice(0, 80)}`)
  }
  return faults
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // What git knows or would add; without git (a downloaded archive) there is nothing to judge by.
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  const files = listed.split('\n').filter((file) => file && existsSync(path.join(root, file)))
  const faults = checkFiles(files, (file) => readFileSync(path.join(root, file), 'utf8'))
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else console.log(`${files.length} files, all within the rules.`)
}
