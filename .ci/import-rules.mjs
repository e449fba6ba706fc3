// Who may import whom (.dependency-cruiser.cjs), with proof that the rules see anything at all: TypeScript 7 has no parser
// for other programs, and dependency-cruiser without a parser finds nothing to complain about.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const roots = ['app', 'components', 'core', 'db', 'ml', 'server', 'stages']

lendParser()
const { cruise, format } = await import('dependency-cruiser')

/** Cruises `folders` (relative to `baseDir`) under the rules of the house. */
export async function checkImports(baseDir = root, folders = roots) {
  const configuration = createRequire(import.meta.url)(path.join(root, '.dependency-cruiser.cjs'))
  const options = { ...configuration.options, baseDir, ruleSet: { forbidden: configuration.forbidden }, validate: true }
  const present = folders.filter((folder) => existsSync(path.join(baseDir, folder)))
  const { output } = await cruise(present, options)
  return output
}

/** dependency-cruiser looks for `typescript` beside itself first; the older one that it can read is put there. */
function lendParser() {
  const modules = path.join(root, 'node_modules')
  const link = path.join(modules, 'dependency-cruiser', 'node_modules', 'typescript')
  if (existsSync(link)) return
  mkdirSync(path.dirname(link), { recursive: true })
  symlinkSync(path.join(modules, 'typescript-for-cruiser'), link, 'junction')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await checkImports()
  const { totalCruised, totalDependenciesCruised, error } = result.summary
  if (totalDependenciesCruised < 100) {
    console.error(
      `Only ${totalDependenciesCruised} imports were seen in ${totalCruised} files: the parser does not work, so this check proves nothing.`,
    )
    process.exitCode = 1
  } else if (error > 0) {
    const report = await format(result, { outputType: 'err-long' })
    console.error(report.output)
    process.exitCode = 1
  } else console.log(`${totalCruised} files, ${totalDependenciesCruised} imports, no rule broken.`)
}
