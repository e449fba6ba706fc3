// Plain JavaScript for any Node, so that a too old one gets a sentence instead of a syntax error.
import { existsSync } from 'fs'
import path from 'path'
import { fileURLToPath, pathToFileURL } from 'url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const needed = [20, 9]
const have = process.versions.node.split('.').map(Number)

if (have[0] < needed[0] || (have[0] === needed[0] && have[1] < needed[1])) {
  refuse(
    `Stageline needs Node ${needed.join('.')} or newer; this is Node ${have.join('.')}. Install a newer one from https://nodejs.org and try again.`,
  )
} else if (!existsSync(path.join(root, 'node_modules', 'tsx'))) {
  refuse(`The dependencies are not installed. Run \`npm install\` in ${root} first.`)
} else {
  // Relative folders mean: relative to where the command was typed. Children run in the project's folder.
  for (const name of ['STAGELINE_HOME', 'STAGELINE_ARTIFACTS']) if (process.env[name]) process.env[name] = path.resolve(process.env[name])
  if (!process.env.STAGELINE_HOME) process.env.STAGELINE_HOME = path.join(root, '.stageline')
  process.chdir(root)
  import('./supervisor/sources.mjs').then(({ sourcesHash, packedFolder }) => {
    const sources = sourcesHash(root)
    const packed = path.join(packedFolder(root, sources), 'main.mjs')
    const main = existsSync(packed)
      ? import(pathToFileURL(packed).href)
      : import('tsx/esm/api').then((tsx) => tsx.register()).then(() => import('./main.ts'))
    return main.then(({ main }) => main(process.argv.slice(2), sources))
  })
}

function refuse(sentence) {
  console.error(sentence)
  process.exitCode = 1
}
